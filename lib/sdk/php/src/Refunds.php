<?php

declare(strict_types=1);

namespace Lingfu;

final class Refunds
{
    public function __construct(private readonly Lingfu $client)
    {
    }

    public function get(string $refundId): array
    {
        return $this->client->call('GET', ['refunds', $refundId]);
    }

    public function list(array $query = []): array
    {
        return $this->client->call('GET', ['refunds'], $query);
    }

    public function all(array $query = []): \Generator
    {
        return $this->client->pages(['refunds'], $query);
    }
}
