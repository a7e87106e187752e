<?php

// From an order to the verified webhook of its refund, against a running product in sandbox mode. Prints what happened.
//
//     LINGFU_URL=… LINGFU_SANDBOX_URL=… LINGFU_KEY_ID=… LINGFU_SECRET=… php tests/whole-order.php

declare(strict_types=1);

use Lingfu\Lingfu;
use Lingfu\LingfuError;
use Lingfu\Webhook;
use Lingfu\WebhookVerificationError;

require __DIR__ . '/../autoload.php';

/** @return array{array<string, string>, string} headers and body of the next delivery */
function receive($server): array
{
    $connection = stream_socket_accept($server, 30);
    $headers = [];
    fgets($connection);
    while (($line = trim((string) fgets($connection))) !== '') {
        [$name, $value] = explode(': ', $line, 2);
        $headers[$name] = $value;
    }
    $length = (int) array_change_key_case($headers)['content-length'];
    $body = stream_get_contents($connection, $length);
    fwrite($connection, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    fclose($connection);
    return [$headers, $body];
}

$server = stream_socket_server('tcp://127.0.0.1:0');
$lingfu = new Lingfu(
    getenv('LINGFU_URL'),
    getenv('LINGFU_SECRET'),
    getenv('LINGFU_KEY_ID'),
    sandboxUrl: getenv('LINGFU_SANDBOX_URL'),
);
$endpoint = $lingfu->webhookEndpoints->create([
    'url' => 'http://' . stream_socket_get_name($server, false) . '/hook',
    'events' => ['order.paid', 'refund.succeeded'],
]);
$order = $lingfu->orders->create(['items' => [['name' => '拿铁 PHP', 'price' => '18.00', 'quantity' => 2]]]);
$single = ['items' => [['name' => '一件', 'unitAmount' => 1, 'quantity' => 1]], 'outTradeNo' => $order['outTradeNo'] . 'x'];
$again = $lingfu->orders->create($single, 'php-once');
$replayed = $lingfu->orders->create($single, 'php-once');
$paid = $lingfu->sandbox->pay($order);
$refund = $lingfu->sandbox->waitForRefund($lingfu->orders->refund($order['id'], ['amount' => 1000, 'reason' => '少一杯']));
$events = [];
while (count($events) < 2) {
    [$headers, $body] = receive($server);
    $event = Webhook::verify($body, $headers, $endpoint['secret']);
    // An endpoint hears of every order of the shop.
    if (in_array($event['data']['id'], [$order['id'], $refund['id']], true)) {
        $events[] = $event;
    }
}
try {
    Webhook::verify("$body ", $headers, $endpoint['secret']);
    $forged = 'accepted';
} catch (WebhookVerificationError $refused) {
    $forged = $refused->problem;
}
try {
    $lingfu->orders->create(['items' => [['name' => 'x', 'price' => '0.001', 'quantity' => 1]]]);
    $wrong = null;
} catch (LingfuError $refused) {
    $wrong = [$refused->errorCode, $refused->field('items.0.price')];
}
$listed = 0;
foreach ($lingfu->orders->all(['q' => 'PHP', 'limit' => 1]) as $each) {
    $listed += $each['id'] === $order['id'] ? 1 : 0;
}
echo json_encode([
    'order' => [$order['status'], $order['amountDue']],
    'sameOrder' => $again['id'] === $replayed['id'],
    'paid' => $paid['status'],
    'refund' => $refund['status'],
    'events' => array_column($events, 'type'),
    'eventOrder' => $events[0]['data']['id'] === $order['id'],
    'forged' => $forged,
    'wrong' => $wrong,
    'listed' => $listed,
], JSON_UNESCAPED_UNICODE), "\n";
