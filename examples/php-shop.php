<?php

// A shop in one file: an order, the pay page, the webhook, a refund.
//
//     npm run -s cli -- keys create --name php-shop            (while Lingfu runs: npm start)
//     LINGFU_KEY_ID=… LINGFU_SECRET=… php -S localhost:8080 examples/php-shop.php
//
// The webhook endpoint is made at the first order. Orders lie in a file of the system's temporary folder; yours are in a database.

declare(strict_types=1);

use Lingfu\Lingfu;
use Lingfu\Webhook;
use Lingfu\WebhookVerificationError;

require __DIR__ . '/../lib/sdk/php/autoload.php'; // or: composer require lingfu/sdk

const EVENTS = ['order.paid', 'order.closed', 'refund.succeeded'];

$lingfu = new Lingfu(getenv('LINGFU_URL') ?: 'http://localhost:3000', getenv('LINGFU_SECRET'), getenv('LINGFU_KEY_ID'));
$shop = 'http://localhost:' . $_SERVER['SERVER_PORT'];
$books = sys_get_temp_dir() . "/lingfu-php-shop-{$_SERVER['SERVER_PORT']}.json";

/** Reads the books, lets `$change` change them, and writes them; one request at a time. */
function withBooks(string $file, Closure $change): mixed
{
    $stream = fopen($file, 'c+');
    flock($stream, LOCK_EX);
    $data = json_decode(stream_get_contents($stream) ?: '[]', true) + ['orders' => [], 'events' => [], 'secret' => null];
    $result = $change($data);
    rewind($stream);
    ftruncate($stream, 0);
    fwrite($stream, json_encode($data));
    fclose($stream);
    return $result;
}

function answer(int $status, string $text): never
{
    http_response_code($status);
    header('Content-Type: text/html; charset=utf-8');
    exit($text);
}

$secret = withBooks($books, function (array &$data) use ($lingfu, $shop): string {
    $url = "$shop/webhooks";
    return $data['secret'] ??= getenv('LINGFU_WEBHOOK_SECRET')
        ?: $lingfu->webhookEndpoints->create(['url' => $url, 'events' => EVENTS])['secret'];
});
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$call = "{$_SERVER['REQUEST_METHOD']} $path";

if ($call === 'GET /') {
    answer(200, '<form method="post" action="/buy"><button>拿铁 × 2, ¥36.00</button></form>');
}

if ($call === 'POST /buy') {
    $number = 'php-' . base_convert((string) intdiv(hrtime(true), 1000), 10, 36);
    $order = $lingfu->orders->create([
        'outTradeNo' => $number,
        'items' => [['name' => '拿铁', 'price' => '18.00', 'quantity' => 2]],
        'returnUrl' => "$shop/orders/$number",
    ]);
    withBooks($books, function (array &$data) use ($number, $order): void {
        $data['orders'][$number] ??= ['id' => $order['id'], 'status' => $order['status']];
    });
    header("Location: {$order['payUrl']}");
    answer(303, '');
}

if ($call === 'POST /webhooks') {
    try {
        $event = Webhook::verify(file_get_contents('php://input'), getallheaders(), $secret);
    } catch (WebhookVerificationError $refused) {
        answer(400, $refused->getMessage());
    }
    // Lingfu repeats a delivery until it is answered 2xx: do the work before, and each event once.
    $order = str_starts_with($event['type'], 'refund.') ? $lingfu->orders->get($event['data']['orderId']) : $event['data'];
    withBooks($books, function (array &$data) use ($event, $order): void {
        if (!in_array($event['id'], $data['events'], true)) {
            $data['orders'][$order['outTradeNo']] = ['id' => $order['id'], 'status' => $order['status']];
            $data['events'][] = $event['id'];
        }
    });
    answer(204, '');
}

if (preg_match('~^(GET|POST) /orders/([\w-]+)(/refund)?$~', $call, $found) === 1) {
    $order = withBooks($books, fn (array &$data) => $data['orders'][$found[2]] ?? null);
    if ($order === null) {
        answer(404, 'not found');
    }
    if ($found[1] === 'GET') {
        answer(200, $order['status']);
    }
    $refund = $lingfu->orders->refund($order['id'], ['reason' => '不想要了'], "all-{$found[2]}");
    answer(202, $refund['status']);
}

answer(404, 'not found');
