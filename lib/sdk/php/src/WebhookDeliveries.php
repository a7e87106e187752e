<?php

declare(strict_types=1);

namespace Lingfu;

final class WebhookDeliveries
{
    public function __construct(private readonly Lingfu $client)
    {
    }

    public function list(array $query = []): array
    {
        return $this->client->call('GET', ['webhook-deliveries'], $query);
    }

    public function all(array $query = []): \Generator
    {
        return $this->client->pages(['webhook-deliveries'], $query);
    }

    public function get(string $endpointId, string $eventId): array
    {
        return $this->client->call('GET', ['webhook-endpoints', $endpointId, 'deliveries', $eventId]);
    }

    public function redeliver(string $endpointId, string $eventId, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['webhook-endpoints', $endpointId, 'deliveries', $eventId, 'redeliver'], idempotencyKey: $idempotencyKey);
    }
}
