<?php

declare(strict_types=1);

namespace Lingfu;

final class Reports
{
    public function __construct(private readonly Lingfu $client)
    {
    }

    /** Days in Beijing time, both ends included: `['from' => '2026-07-01', 'to' => '2026-07-31']`. */
    public function daily(array $query = []): array
    {
        return $this->client->call('GET', ['reports', 'daily'], $query);
    }
}
