<?php
/* SPDX-License-Identifier: MIT */
/**
 * Dojang for shops written in PHP: tokens for customers, calls of the shop API, webhooks.
 *
 * PHP 7.4 or newer, without dependencies. HTTP goes through the curl extension where it is loaded,
 * else through PHP's streams (allow_url_fopen).
 *
 *     require 'dojang.php';
 *     $dojang = new Dojang([
 *         'url' => 'https://dojang.example',
 *         'issuer' => 'https://shop.example/', 'audience' => 'dojang',
 *         'token_secret' => getenv('DOJANG_TOKEN_SECRET'),    // the issuer's secret in dojang.ini
 *         'api_key' => getenv('DOJANG_API_KEY'),              // dojangctl key create
 *         'webhook_secret' => getenv('DOJANG_WEBHOOK_SECRET'),// dojangctl webhook add
 *     ]);
 *
 * Keep the three secrets on the server, outside the directory that the web server publishes.
 */
declare(strict_types=1);

/** A response that is an error, or no response at all (status 0). */
class DojangError extends RuntimeException
{
    /** HTTP status; 0: there was no response. */
    public int $status;
    /** The last part of the problem's type, such as "insufficient-points"; "" without one. */
    public string $type;
    /** The whole problem (RFC 9457), with "errors" for single fields. */
    public array $problem;

    public function __construct(string $message, int $status = 0, array $problem = [])
    {
        parent::__construct($message, $status);
        $this->status = $status;
        $this->problem = $problem;
        $this->type = basename((string) ($problem['type'] ?? ''));
    }
}

class Dojang
{
    /** Seconds a token is valid for. */
    const TOKEN_SECONDS = 900;
    /** A webhook whose timestamp is further away is refused (seconds; Standard Webhooks). */
    const WEBHOOK_SECONDS = 300;
    /** Longest wait between two attempts, whatever Retry-After says (seconds). */
    const WAIT_MAX_SECONDS = 10;

    private array $options;

    /**
     * Options: url; issuer, audience, token_secret for token(); api_key for calls; webhook_secret
     * for webhook(). timeout_seconds (10) for one attempt, attempts (4) for one call.
     */
    public function __construct(array $options)
    {
        $known = ['url' => '', 'issuer' => '', 'audience' => '', 'token_secret' => '', 'api_key' => '',
            'webhook_secret' => '', 'timeout_seconds' => 10, 'attempts' => 4];
        foreach ($options as $name => $value) {
            if (!array_key_exists($name, $known)) {
                throw new InvalidArgumentException("Dojang has no option $name");
            }
        }
        $this->options = $options + $known;
        if (!preg_match('~^https?://[^/?#]+~', (string) $this->options['url'])) {
            throw new InvalidArgumentException('Dojang: url must begin with https:// or http://');
        }
        $this->options['url'] = rtrim($this->options['url'], '/');
    }

    /* ---- tokens */

    /**
     * A token (JWT, HS256) for the customer who is signed in. Use the account's permanent id, never
     * an address that can change. $claims are added, such as ["username" => "민지"].
     */
    public function token(string $customer, array $claims = [], ?int $now = null): string
    {
        $secret = $this->need('token_secret');
        if (strlen($secret) < 32) {
            throw new InvalidArgumentException('Dojang: token_secret must have at least 32 bytes');
        }
        if ($customer === '') {
            throw new InvalidArgumentException('Dojang: the customer has no id');
        }
        $now = $now ?? time();
        $claims += ['iss' => $this->need('issuer'), 'aud' => $this->need('audience'), 'sub' => $customer,
            'iat' => $now, 'exp' => $now + self::TOKEN_SECONDS];
        $text = self::part(['alg' => 'HS256', 'typ' => 'JWT']) . '.' . self::part($claims);
        return $text . '.' . self::base64url(hash_hmac('sha256', $text, $secret, true));
    }

    private static function part(array $content): string
    {
        return self::base64url(json_encode($content, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE));
    }

    private static function base64url(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }

    /* ---- the shop API */

    /** A customer's profile, balance and participations. */
    public function user(string $subject): array
    {
        return $this->call('GET', self::userPath($subject));
    }

    /** Deletes everything about a customer. It may be repeated. */
    public function eraseUser(string $subject): void
    {
        $this->call('DELETE', self::userPath($subject));
    }

    /** Everything that is stored about a customer. */
    public function exportUser(string $subject): array
    {
        return $this->call('GET', self::userPath($subject) . '?export=1');
    }

    /**
     * Grants (positive) or spends (negative) points. $reference is the shop's own, one for each
     * change, such as "order-0042": the same call again changes nothing. $refundOf: the reference of
     * a spend that this grant refunds, so that points that expire get their date back.
     */
    public function points(string $subject, int $amount, string $reference, string $reason,
        ?string $refundOf = null): array
    {
        $body = ['amount' => $amount, 'reference' => $reference, 'reason' => $reason];
        return $this->call('POST', self::userPath($subject) . '/points',
            $refundOf === null ? $body : $body + ['refund_of' => $refundOf]);
    }

    /** Stamps a day for an order or a visit. $date: "2026-12-01", or null for today in the event. */
    public function stamp(string $subject, string $event, string $reference, ?string $date = null,
        string $source = 'purchase'): array
    {
        $body = ['event' => $event, 'reference' => $reference, 'source' => $source];
        return $this->call('POST', self::userPath($subject) . '/attendance',
            $date === null ? $body : $body + ['date' => $date]);
    }

    /** Takes a stamp back, for example when the order was cancelled. It may be repeated. */
    public function unstamp(string $subject, string $reference): void
    {
        $this->call('DELETE', self::userPath($subject) . '/attendance/' . rawurlencode($reference));
    }

    /** All claims in this state, page by page. */
    public function claims(string $state = 'claimed'): Generator
    {
        return $this->items('/shop/claims?state=' . rawurlencode($state));
    }

    /** The delivery address of a claim. Dojang records each look in its audit log. */
    public function address(int $claim): array
    {
        return $this->call('GET', "/shop/claims/$claim/address");
    }

    /** Moves a claim forward: "preparing", "shipped" with a tracking number, "delivered". */
    public function moveClaim(int $claim, string $state, ?string $tracking = null): array
    {
        $body = ['state' => $state];
        return $this->call('PATCH', "/shop/claims/$claim", $tracking === null ? $body : $body + ['tracking' => $tracking]);
    }

    /** All payouts in this state, page by page: points to credit in the shop's own wallet, once for each id. */
    public function payouts(string $state = 'due'): Generator
    {
        return $this->items('/shop/payouts?limit=200&state=' . rawurlencode($state));
    }

    /** Says what became of up to 500 payouts: "paid", "failed", or "due" to try failed ones again. It may be repeated. */
    public function settlePayouts(array $ids, string $state, ?string $reference = null, ?string $failure = null): array
    {
        $body = ['ids' => array_values($ids), 'state' => $state];
        $body += array_filter(['reference' => $reference, 'failure' => $failure], 'is_string');
        return $this->call('PATCH', '/shop/payouts', $body)['items'];
    }

    private static function userPath(string $subject): string
    {
        return '/shop/users/' . rawurlencode($subject);
    }

    /** The items of a list, page by page, while they are read. $path: below /api/v1. */
    public function items(string $path): Generator
    {
        $next = null;
        do {
            $query = $next === null ? '' : (strpos($path, '?') === false ? '?' : '&') . 'cursor=' . rawurlencode($next);
            $page = $this->call('GET', $path . $query);
            foreach ($page['items'] as $item) {
                yield $item;
            }
            $next = $page['next'];
        } while ($next !== null);
    }

    /* ---- webhooks */

    /**
     * Verifies a webhook (Standard Webhooks) and returns ["id", "type", "timestamp", "data"]. Throws
     * DojangError if it is not from Dojang, is changed, or is old. A webhook can arrive twice: store
     * the id. $body: file_get_contents('php://input'). $headers: names of any case, or $_SERVER.
     */
    public function webhook(string $body, array $headers, ?int $now = null): array
    {
        $header = static function (string $name) use ($headers): string {
            foreach ($headers as $key => $value) {
                if (preg_replace('/^http-/', '', strtr(strtolower((string) $key), '_', '-')) === $name) {
                    return (string) $value;
                }
            }
            throw new DojangError("the webhook has no header $name");
        };
        $id = $header('webhook-id');
        $timestamp = $header('webhook-timestamp');
        $secret = base64_decode(preg_replace('/^whsec_/', '', $this->need('webhook_secret')), true);
        if ($secret === false || $secret === '') {
            throw new InvalidArgumentException('Dojang: webhook_secret must be as dojangctl printed it');
        }
        if (!ctype_digit($timestamp) || abs(($now ?? time()) - (int) $timestamp) > self::WEBHOOK_SECONDS) {
            throw new DojangError('the timestamp of the webhook is too far from this clock');
        }
        $want = base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $secret, true));
        foreach (explode(' ', $header('webhook-signature')) as $signature) {
            $parts = explode(',', $signature, 2);
            if ($parts[0] === 'v1' && isset($parts[1]) && hash_equals($want, $parts[1])) {
                return ['id' => $id] + self::decode($body);
            }
        }
        throw new DojangError('the signature of the webhook is wrong');
    }

    /* ---- HTTP */

    /**
     * Calls $path below /api/v1 with the API key; returns the body ([] without one). Repeats after a
     * lost connection, 429, 502, 503 and 504: every call of Dojang may be repeated.
     */
    public function call(string $method, string $path, ?array $body = null): array
    {
        $text = $body === null ? null : json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
        $headers = ['Authorization: Bearer ' . $this->need('api_key'), 'Accept: application/json'];
        if ($text !== null) {
            $headers[] = 'Content-Type: application/json';
        }
        for ($attempt = 1; ; $attempt++) {
            [$status, $answer, $retryAfter] = $this->send($method, $this->options['url'] . '/api/v1' . $path, $headers, $text);
            if (!in_array($status, [0, 429, 502, 503, 504], true) || $attempt >= $this->options['attempts']) {
                return self::result($status, $answer, "$method $path");
            }
            $this->wait($retryAfter ?? min(0.2 * 2 ** $attempt, 5));
        }
    }

    private static function result(int $status, string $answer, string $what): array
    {
        if ($status >= 200 && $status < 300) {
            return $answer === '' ? [] : self::decode($answer);
        }
        $problem = json_decode($answer, true);
        $problem = is_array($problem) ? $problem : [];
        throw new DojangError($status === 0 ? "$what: no response from Dojang ($answer)"
            : "$what: $status " . ($problem['title'] ?? ''), $status, $problem);
    }

    private static function decode(string $text): array
    {
        $value = json_decode($text, true);
        if (!is_array($value)) {
            throw new DojangError('Dojang sent something that is not JSON');
        }
        return $value;
    }

    /** For tests: how a call waits between two attempts. */
    protected function wait(float $seconds): void
    {
        usleep((int) (1e6 * min($seconds, self::WAIT_MAX_SECONDS)));
    }

    /** One attempt: [status or 0, body or the reason, Retry-After in seconds or null]. */
    protected function send(string $method, string $url, array $headers, ?string $body): array
    {
        return function_exists('curl_init') ? $this->sendByCurl($method, $url, $headers, $body)
            : $this->sendByStream($method, $url, $headers, $body);
    }

    private function sendByCurl(string $method, string $url, array $headers, ?string $body): array
    {
        $retryAfter = null;
        $curl = curl_init($url);
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => array_merge($headers, ['Expect:']),
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_TIMEOUT => (int) $this->options['timeout_seconds'],
            CURLOPT_HEADERFUNCTION => static function ($curl, string $line) use (&$retryAfter): int {
                $retryAfter = self::retryAfter($line) ?? $retryAfter;
                return strlen($line);
            },
        ] + ($body === null ? [] : [CURLOPT_POSTFIELDS => $body]));
        $answer = curl_exec($curl);
        $status = $answer === false ? 0 : (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        return [$status, $answer === false ? curl_error($curl) : (string) $answer, $retryAfter];
    }

    private function sendByStream(string $method, string $url, array $headers, ?string $body): array
    {
        $context = stream_context_create(['http' => ['method' => $method, 'header' => $headers, 'content' => (string) $body,
            'timeout' => (float) $this->options['timeout_seconds'], 'ignore_errors' => true, 'follow_location' => 0,
            'protocol_version' => 1.1]]);
        $answer = @file_get_contents($url, false, $context);
        if ($answer === false || !isset($http_response_header)) {
            return [0, error_get_last()['message'] ?? 'no connection', null];
        }
        $status = 0;
        $retryAfter = null;
        foreach ($http_response_header as $line) {
            if (preg_match('~^HTTP/\S+ (\d{3})~', $line, $found)) {
                $status = (int) $found[1];
            }
            $retryAfter = self::retryAfter($line) ?? $retryAfter;
        }
        return [$status, $answer, $retryAfter];
    }

    private static function retryAfter(string $line): ?int
    {
        return preg_match('/^Retry-After:\s*(\d{1,6})\s*$/i', $line, $found) ? (int) $found[1] : null;
    }

    private function need(string $option): string
    {
        if ((string) $this->options[$option] === '') {
            throw new InvalidArgumentException("Dojang: the option $option is missing");
        }
        return (string) $this->options[$option];
    }
}
