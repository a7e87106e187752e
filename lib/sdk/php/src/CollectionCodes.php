<?php

declare(strict_types=1);

namespace Lingfu;

final class CollectionCodes
{
    public function __construct(private readonly Lingfu $client)
    {
    }

    public function create(array $code, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['collection-codes'], [], $code, $idempotencyKey);
    }

    public function get(string $codeId): array
    {
        return $this->client->call('GET', ['collection-codes', $codeId]);
    }

    public function list(array $query = []): array
    {
        return $this->client->call('GET', ['collection-codes'], $query);
    }

    public function all(array $query = []): \Generator
    {
        return $this->client->pages(['collection-codes'], $query);
    }

    public function update(string $codeId, array $changes): array
    {
        return $this->client->call('PATCH', ['collection-codes', $codeId], body: $changes);
    }

    public function retire(string $codeId): void
    {
        $this->client->call('DELETE', ['collection-codes', $codeId]);
    }

    public function posterSvg(string $codeId, array $query = []): string
    {
        return $this->client->download('GET', ['collection-codes', $codeId, 'poster.svg'], $query);
    }

    public function posterPdf(string $codeId, array $query = []): string
    {
        return $this->client->download('GET', ['collection-codes', $codeId, 'poster.pdf'], $query);
    }
}
