<?php
/* SPDX-License-Identifier: MIT */
/* What syntax.php must find: never run, and not valid in PHP 7.4. */
function later(int|string $value): mixed
{
    return match ($value) { 1 => later(value: 2), default => str_contains('a', 'b') };
}
$nothing?->method();
