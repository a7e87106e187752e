<?php

declare(strict_types=1);

namespace Lingfu;

final class Events
{
    public function __construct(private readonly Lingfu $client)
    {
    }

    /** To poll: `['order' => 'oldest', 'cursor' => $lastEventId]`. */
    public function list(array $query = []): array
    {
        return $this->client->call('GET', ['events'], $query);
    }

    public function all(array $query = []): \Generator
    {
        return $this->client->pages(['events'], $query);
    }
}
