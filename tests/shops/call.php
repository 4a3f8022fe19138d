<?php
/* SPDX-License-Identifier: MIT */
/* Runs calls of dojang.php for tests: reads {"options", "calls": [[method, argument, …], …], "http"}
 * from standard input and prints one result or error for each call. http "streams" does without curl. */
require __DIR__ . '/../../packaging/shops/php/dojang.php';

$job = json_decode(stream_get_contents(STDIN), true, 64, JSON_THROW_ON_ERROR);

class TestDojang extends Dojang
{
    public static array $waits = [];
    public static bool $usesStreams = false;

    protected function wait(float $seconds): void
    {
        self::$waits[] = $seconds;
    }

    protected function send(string $method, string $url, array $headers, ?string $body): array
    {
        if (!self::$usesStreams) {
            return parent::send($method, $url, $headers, $body);
        }
        $byStream = new ReflectionMethod(Dojang::class, 'sendByStream');
        $byStream->setAccessible(true);
        return $byStream->invoke($this, $method, $url, $headers, $body);
    }
}

TestDojang::$usesStreams = ($job['http'] ?? '') === 'streams';
$results = [];
foreach ($job['calls'] as $call) {
    $method = array_shift($call);
    try {
        $value = (new TestDojang($job['options']))->$method(...$call);
        $results[] = ['value' => $value instanceof Traversable ? iterator_to_array($value, false) : $value];
    } catch (DojangError $error) {
        $results[] = ['error' => ['status' => $error->status, 'type' => $error->type, 'message' => $error->getMessage()]];
    } catch (InvalidArgumentException $error) {
        $results[] = ['error' => ['message' => $error->getMessage()]];
    }
}
echo json_encode(['results' => $results, 'waits' => TestDojang::$waits], JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n";
