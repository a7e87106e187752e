<?php

declare(strict_types=1);

namespace Lingfu;

final class Promotions
{
    public function __construct(private readonly Lingfu $client)
    {
    }

    public function create(array $promotion, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['promotions'], [], $promotion, $idempotencyKey);
    }

    public function get(string $promotionId): array
    {
        return $this->client->call('GET', ['promotions', $promotionId]);
    }

    public function list(array $query = []): array
    {
        return $this->client->call('GET', ['promotions'], $query);
    }

    public function all(array $query = []): \Generator
    {
        return $this->client->pages(['promotions'], $query);
    }

    public function update(string $promotionId, array $changes): array
    {
        return $this->client->call('PATCH', ['promotions', $promotionId], body: $changes);
    }

    public function archive(string $promotionId): void
    {
        $this->client->call('DELETE', ['promotions', $promotionId]);
    }

    public function pause(string $promotionId, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['promotions', $promotionId, 'pause'], idempotencyKey: $idempotencyKey);
    }

    public function resume(string $promotionId, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['promotions', $promotionId, 'resume'], idempotencyKey: $idempotencyKey);
    }

    public function addCodes(string $promotionId, array $codes, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['promotions', $promotionId, 'codes'], [], $codes, $idempotencyKey);
    }

    public function listCodes(string $promotionId, array $query = []): array
    {
        return $this->client->call('GET', ['promotions', $promotionId, 'codes'], $query);
    }

    public function allCodes(string $promotionId, array $query = []): \Generator
    {
        return $this->client->pages(['promotions', $promotionId, 'codes'], $query);
    }

    public function revokeCode(string $promotionId, string $codeId): void
    {
        $this->client->call('DELETE', ['promotions', $promotionId, 'codes', $codeId]);
    }
}
