<?php

declare(strict_types=1);

namespace Lingfu;

/** Deliveries of webhooks (Standard Webhooks): verify before you parse. */
final class Webhook
{
    private const TOLERANCE_S = 300;
    private const SIGNATURES_MAX = 10;

    /**
     * Checks a delivery and returns id, type, timestamp and data. A delivery can come twice: remember the id.
     *
     * @param string $payload the body exactly as it came: `file_get_contents('php://input')`
     * @param array<string, string> $headers as `getallheaders()` gives them
     * @param string|list<string> $secret `whsec_…`; several while one is being replaced
     * @return array<string, mixed>
     * @throws WebhookVerificationError
     */
    public static function verify(
        string $payload,
        array $headers,
        string|array $secret,
        int $toleranceS = self::TOLERANCE_S,
        ?int $now = null,
    ): array {
        $given = array_change_key_case($headers, CASE_LOWER);
        $id = self::header($given, 'webhook-id');
        $timestamp = self::header($given, 'webhook-timestamp');
        $signatures = array_slice(explode(' ', self::header($given, 'webhook-signature')), 0, self::SIGNATURES_MAX);
        self::checkTime($timestamp, $toleranceS, $now ?? time());
        $fits = false;
        foreach ((array) $secret as $each) {
            $key = base64_decode(str_starts_with($each, 'whsec_') ? substr($each, 6) : $each, true);
            if ($key === false || $key === '') {
                throw new \InvalidArgumentException('a webhook secret is whsec_ and base64');
            }
            $wanted = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$payload", $key, true));
            foreach ($signatures as $signature) {
                // Compares in constant time.
                $fits = hash_equals($wanted, $signature) || $fits;
            }
        }
        if (!$fits) {
            throw new WebhookVerificationError('signature_wrong', 'no signature of this delivery fits the secret');
        }
        $event = json_decode($payload, true);
        if (!is_array($event)) {
            throw new WebhookVerificationError('payload_malformed', 'the body is not JSON');
        }
        return ['id' => $id] + $event;
    }

    /** @param array<string, string> $given */
    private static function header(array $given, string $name): string
    {
        $value = $given[$name] ?? '';
        if ($value === '') {
            throw new WebhookVerificationError('header_missing', "the header $name is missing");
        }
        return $value;
    }

    private static function checkTime(string $text, int $toleranceS, int $now): void
    {
        if (preg_match('/^[0-9]{1,12}$/D', $text) !== 1) {
            throw new WebhookVerificationError('timestamp_malformed', 'webhook-timestamp is not a number of seconds');
        }
        $off = $now - (int) $text;
        if ($off > $toleranceS) {
            throw new WebhookVerificationError('timestamp_too_old', "the delivery is $off s old (allowed $toleranceS)");
        }
        if ($off < -$toleranceS) {
            $ahead = -$off;
            throw new WebhookVerificationError('timestamp_too_new', "the delivery is $ahead s ahead (allowed $toleranceS)");
        }
    }
}
