<?php

declare(strict_types=1);

namespace Lingfu;

final class WebhookEndpoints
{
    public function __construct(private readonly Lingfu $client)
    {
    }

    /** The answer shows the endpoint's secret, this once. */
    public function create(array $endpoint, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['webhook-endpoints'], [], $endpoint, $idempotencyKey);
    }

    public function get(string $endpointId): array
    {
        return $this->client->call('GET', ['webhook-endpoints', $endpointId]);
    }

    public function list(): array
    {
        return $this->client->call('GET', ['webhook-endpoints']);
    }

    public function update(string $endpointId, array $changes): array
    {
        return $this->client->call('PATCH', ['webhook-endpoints', $endpointId], body: $changes);
    }

    public function remove(string $endpointId): void
    {
        $this->client->call('DELETE', ['webhook-endpoints', $endpointId]);
    }

    /** During the overlap both secrets sign; `Webhook::verify` takes several. */
    public function rotateSecret(string $endpointId, array $overlap = [], ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['webhook-endpoints', $endpointId, 'rotate-secret'], [], $overlap, $idempotencyKey);
    }

    public function test(string $endpointId, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['webhook-endpoints', $endpointId, 'test'], idempotencyKey: $idempotencyKey);
    }

    public function redeliver(string $endpointId, array $wanted, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['webhook-endpoints', $endpointId, 'redeliver'], [], $wanted, $idempotencyKey);
    }
}
