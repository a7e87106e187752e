<?php

// A shop around the plug-in, for `php -S`: what WooCommerce does with it, by plain HTTP. Run by lib/sdk/testing/woocommerce.db.test.ts.

declare(strict_types=1);

require __DIR__ . '/wordpress.php';
require __DIR__ . '/woocommerce.php';
require getenv('SHOP_PLUGIN') . '/lingfu-pay.php';

do_action('before_woocommerce_init');
do_action('init');

function answer(mixed $value): never
{
    header('Content-Type: application/json');
    exit(json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
}

if (($_GET['wc-api'] ?? '') !== '') {
    do_action("woocommerce_api_{$_GET['wc-api']}");
}
$gateway = new (apply_filters('woocommerce_payment_gateways', [])[0])();
$path = explode('/', trim((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH), '/'));
$what = "{$_SERVER['REQUEST_METHOD']} " . ($path[2] ?? $path[0]);
$id = (int) ($path[1] ?? 0);
$order = wc_get_order($id);

switch ($what) {
    case 'POST settings':
        $gateway->process_admin_options();
        answer(['errors' => WC_Admin_Settings::$errors]);
        // no break
    case 'GET settings':
        $gateway->admin_options();
        exit;
    case 'POST option':
        update_option($_POST['name'], $_POST['value']);
        answer(['available' => (new $gateway())->is_available()]);
        // no break
    case 'POST orders':
        $row = ['id' => new_id(), 'key' => 'wc_order_' . bin2hex(random_bytes(6)), 'status' => 'pending', 'meta' => []];
        (new WC_Order($row + json_decode((string) file_get_contents('php://input'), true)))->save();
        answer($row);
        // no break
    case 'POST total':
        Store::change(static function (array &$data) use ($id): void {
            $data['orders'][$id]['total'] = $_POST['total'];
            $data['orders'][$id]['lines'] = [];
        });
        answer(null);
        // no break
    case 'POST checkout':
        try {
            answer($gateway->process_payment($id));
        } catch (Exception $refused) {
            answer(['error' => $refused->getMessage()]);
        }
        // no break
    case 'POST refund':
        $refund = ['order_id' => $id, 'amount' => $_POST['amount'], 'reason' => $_POST['reason'], 'refund_payment' => true];
        $made = wc_create_refund($refund);
        answer(is_wp_error($made) ? ['error' => $made->get_error_message()] : ['id' => $made->get_id()]);
        // no break
    case 'POST give-up':
        $isCancelled = apply_filters('woocommerce_cancel_unpaid_order', true, $order);
        if ($isCancelled) {
            $order->update_status('cancelled');
        }
        answer(['cancelled' => $isCancelled]);
        // no break
    case 'GET order-received':
        $GLOBALS['query'] = ['order-received' => $path[1]];
        do_action('template_redirect');
        echo apply_filters('woocommerce_thankyou_order_received_text', 'Thank you.', wc_get_order($id));
        do_action('woocommerce_thankyou_lingfu', $id);
        exit;
    case 'GET orders':
        $refunds = array_map(static fn ($each) => [$each->get_amount(), $each->get_meta('_lingfu_refund')], $order->get_refunds());
        answer(Store::change(static fn (array $data) => $data['orders'][$id]) + ['refunds' => $refunds]);
        // no break
    default:
        answer(null);
}
