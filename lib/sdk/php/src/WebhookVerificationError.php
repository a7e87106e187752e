<?php

declare(strict_types=1);

namespace Lingfu;

/**
 * The request is not one of Lingfu's, or not a fresh one: answer 400 and do nothing. `problem` is one of `header_missing`,
 * `timestamp_malformed`, `timestamp_too_old`, `timestamp_too_new`, `signature_wrong`, `payload_malformed`.
 */
final class WebhookVerificationError extends \RuntimeException
{
    public function __construct(public readonly string $problem, string $message)
    {
        parent::__construct($message);
    }
}
