<?php
/* SPDX-License-Identifier: MIT */
/* Names what PHP 7.4 does not have in the files given: syntax by tokens, functions by name. */
const LATER_TOKENS = ['T_MATCH', 'T_NULLSAFE_OBJECT_OPERATOR', 'T_ATTRIBUTE', 'T_ENUM', 'T_READONLY'];
const LATER_FUNCTIONS = ['str_contains', 'str_starts_with', 'str_ends_with', 'array_is_list', 'get_debug_type', 'fdiv', 'array_find', 'array_any',
    'array_all', 'json_validate', 'str_increment', 'mb_str_pad', 'get_resource_id', 'enum_exists'];
const LATER_TYPES = ['mixed', 'never', 'static'];

$found = [];
foreach (array_slice($argv, 1) as $file) {
    $tokens = array_values(array_filter(token_get_all(file_get_contents($file)),
        static function ($token): bool { return !is_array($token) || !in_array($token[0], [T_WHITESPACE, T_COMMENT, T_DOC_COMMENT], true); }));
    foreach ($tokens as $i => $token) {
        $text = is_array($token) ? $token[1] : $token;
        $before = $i > 0 ? (is_array($tokens[$i - 1]) ? $tokens[$i - 1][1] : $tokens[$i - 1]) : '';
        $after = $tokens[$i + 1] ?? '';
        $line = is_array($token) ? $token[2] : 0;
        if (is_array($token) && in_array(token_name($token[0]), LATER_TOKENS, true)) {
            $found[] = "$file:$line: $text";
        } elseif (is_array($token) && $token[0] === T_STRING && $after === '(' && in_array(strtolower($text), LATER_FUNCTIONS, true)
            && !in_array($before, ['->', '::', 'function'], true)) {
            $found[] = "$file:$line: $text()";
        } elseif ($before === ':' && is_array($token) && in_array(strtolower($text), LATER_TYPES, true)) {
            $found[] = "$file:$line: type $text";
        } elseif (is_array($token) && $token[0] === T_STRING && $after === ':' && in_array($before, ['(', ','], true)) {
            $found[] = "$file:$line: named argument $text";
        } elseif ($text === '|' && is_array($tokens[$i + 1] ?? null) && in_array(strtolower($before), ['int', 'string', 'array', 'bool', 'float', 'null'], true)) {
            $found[] = "$file: union type $before|";
        }
    }
}
echo implode("\n", $found), $found ? "\n" : '';
exit($found ? 1 : 0);
