<?php

declare(strict_types=1);

namespace Lingfu;

/**
 * Lingfu refused the call. `errorCode` is stable, `detail` is for people. Nothing was changed, unless the code is `internal`,
 * `gateway_unavailable` or `unexpected_answer` (something in between, such as a proxy, answered in Lingfu's place).
 */
final class LingfuError extends \RuntimeException
{
    public readonly string $errorCode;
    public readonly string $detail;
    public readonly ?string $reason;
    public readonly ?string $requestId;
    /** In sandbox mode, for a signature that does not fit: the text that should have been signed. */
    public readonly ?string $stringToSign;
    /** @var list<array{path: string, message: string}> */
    public readonly array $errors;

    /** @param array<string, mixed> $problem */
    public function __construct(public readonly int $status, array $problem, public readonly ?float $retryAfter = null)
    {
        $this->errorCode = $problem['code'] ?? 'unexpected_answer';
        $this->detail = $problem['detail'] ?? '';
        $this->reason = $problem['reason'] ?? null;
        $this->requestId = $problem['requestId'] ?? null;
        $this->stringToSign = $problem['stringToSign'] ?? null;
        $this->errors = $problem['errors'] ?? [];
        $fields = '';
        foreach ($this->errors as ['path' => $path, 'message' => $message]) {
            $fields .= '; ' . ($path === '' ? 'body' : $path) . ": $message";
        }
        parent::__construct("$this->errorCode: $this->detail$fields");
    }

    /** What is wrong with a field, such as `items.0.price`. */
    public function field(string $path): ?string
    {
        foreach ($this->errors as $error) {
            if ($error['path'] === $path) {
                return $error['message'];
            }
        }
        return null;
    }
}
