<?php

// Speaks with a scripted server: LINGFU_URL. Prints what each call came to. Deliveries to verify come on stdin as JSON.

declare(strict_types=1);

use Lingfu\ConnectionError;
use Lingfu\Lingfu;
use Lingfu\LingfuError;
use Lingfu\Webhook;
use Lingfu\WebhookVerificationError;

require __DIR__ . '/../autoload.php';

const ORDER = ['items' => [['name' => '拿铁', 'unitAmount' => 1, 'quantity' => 1]]];

$waits = [];
$sleep = static function (float $seconds) use (&$waits): void {
    $waits[] = $seconds;
};
$lingfu = new Lingfu(getenv('LINGFU_URL'), 'sk_secret', 'key_1', sleep: $sleep);

function outcome(Closure $call): mixed
{
    try {
        $answer = $call();
        return is_array($answer) ? $answer['id'] : 'nothing';
    } catch (LingfuError $refused) {
        return [$refused->errorCode, $refused->field('items.0.price'), $refused->requestId];
    } catch (ConnectionError $lost) {
        return ['no answer', $lost->idempotencyKey];
    }
}

function verified(array $case): string
{
    try {
        return Webhook::verify($case['payload'], $case['headers'], $case['secret'], now: $case['now'])['id'];
    } catch (WebhookVerificationError $refused) {
        return $refused->problem;
    }
}

/** Each public method once, its ids filled in. */
function everyCall(Lingfu $lingfu): void
{
    foreach (get_object_vars($lingfu) as $name => $resource) {
        if ($name === 'sandbox') {
            continue;
        }
        foreach ((new ReflectionObject($resource))->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
            if (in_array($method->getName(), ['__construct', 'all', 'allCodes', 'find'], true)) {
                continue;
            }
            $wanted = array_filter($method->getParameters(), static fn ($each) => !$each->isOptional());
            $filled = array_map(static fn ($each) => str_ends_with($each->getName(), 'Id') ? 'ID' : [], $wanted);
            $method->invoke($resource, ...$filled);
        }
    }
    $lingfu->quote(ORDER);
}

$results = [
    'repeated' => outcome(fn () => $lingfu->orders->create(ORDER)),
    'refused' => outcome(fn () => $lingfu->orders->create(ORDER)),
    'patched' => outcome(fn () => $lingfu->promotions->update('p', [])),
    'removed' => outcome(fn () => $lingfu->webhookEndpoints->remove('w')),
    'encoded' => outcome(fn () => $lingfu->orders->get('a/b?c')),
    'lost' => outcome(fn () => $lingfu->orders->create(ORDER, 'mine')),
];
$results['waits'] = $waits;
everyCall($lingfu);
$results['verified'] = array_map(verified(...), json_decode(stream_get_contents(STDIN), true));
echo json_encode($results), "\n";
