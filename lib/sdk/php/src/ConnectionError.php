<?php

declare(strict_types=1);

namespace Lingfu;

/** No answer came, so the call may have been carried out: repeat it with the same idempotency key. */
final class ConnectionError extends \RuntimeException
{
    public function __construct(string $cause, public readonly ?string $idempotencyKey)
    {
        parent::__construct("no answer from Lingfu: $cause");
    }
}
