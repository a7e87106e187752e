<?php

// The part of WooCommerce that the plug-in calls and is called by, written from its documentation.

declare(strict_types=1);

function get_woocommerce_currency(): string
{
    return get_option('woocommerce_currency', 'CNY');
}

function is_order_received_page(): bool
{
    return get_query_var('order-received') !== '';
}

function wc_get_logger(): object
{
    return new class () {
        public function error(string $message, array $context): void
        {
            file_put_contents(getenv('SHOP_DATA') . '/log', "$message\n", FILE_APPEND);
        }
    };
}

final class WC_Admin_Settings
{
    public static array $errors = [];

    public static function add_error(string $text): void
    {
        self::$errors[] = $text;
    }
}

/** A row with its own meta data: an order, or a refund of one. */
abstract class WC_Data
{
    protected array $row;

    public function __construct(array $row)
    {
        $this->row = $row;
    }

    public function get_id(): int
    {
        return $this->row['id'];
    }

    public function get_meta(string $name): string
    {
        return $this->row['meta'][$name] ?? '';
    }

    public function update_meta_data(string $name, string $value): void
    {
        $this->row['meta'][$name] = $value;
    }

    public function delete_meta_data(string $name): void
    {
        unset($this->row['meta'][$name]);
    }

    public function read_meta_data(bool $force): void
    {
        $this->row['meta'] = Store::change(fn (array $data) => $data['orders'][$this->row['id']]['meta']);
    }

    public function save(): int
    {
        Store::change(function (array &$data): void {
            $data['orders'][$this->row['id']] = $this->row + ['notes' => []];
        });
        return $this->row['id'];
    }
}

final class WC_Order_Refund extends WC_Data
{
    public function get_parent_id(): int
    {
        return $this->row['parent'];
    }

    public function get_amount(): string
    {
        return $this->row['amount'];
    }

    public function delete(bool $forGood = false): void
    {
        Store::change(function (array &$data): void {
            unset($data['orders'][$this->row['id']]);
        });
    }
}

final class Line
{
    public function __construct(private readonly array $line)
    {
    }

    public function get_name(): string
    {
        return $this->line['name'];
    }

    public function get_total(): string
    {
        return $this->line['total'];
    }

    public function get_quantity(): int
    {
        return $this->line['quantity'];
    }
}

final class WC_Order extends WC_Data
{
    public function get_order_number(): string
    {
        return (string) $this->row['id'];
    }

    public function get_order_key(): string
    {
        return $this->row['key'];
    }

    public function get_payment_method(): string
    {
        return 'lingfu';
    }

    public function get_currency(): string
    {
        return $this->row['currency'];
    }

    public function get_total(): string
    {
        return $this->row['total'];
    }

    public function get_shipping_total(): string
    {
        return $this->row['shipping'];
    }

    public function get_items(): array
    {
        return array_map(static fn (array $line) => new Line($line), $this->row['lines']);
    }

    public function get_checkout_order_received_url(): string
    {
        return home_url("/order-received/{$this->row['id']}?key={$this->row['key']}");
    }

    public function get_checkout_payment_url(bool $onCheckout = false): string
    {
        return home_url("/order-pay/{$this->row['id']}");
    }

    public function has_status(string|array $status): bool
    {
        return in_array($this->row['status'], (array) $status, true);
    }

    public function add_order_note(string $note): void
    {
        Store::change(function (array &$data) use ($note): void {
            $data['orders'][$this->row['id']]['notes'][] = $note;
        });
        $this->row['notes'][] = $note;
    }

    public function update_status(string $status, string $note = ''): void
    {
        if ($note !== '') {
            $this->add_order_note($note);
        }
        $this->row['status'] = $status;
        $this->save();
        do_action("woocommerce_order_status_$status", $this->get_id(), $this);
    }

    public function payment_complete(string $transactionId): void
    {
        if ($this->has_status(['on-hold', 'pending', 'failed', 'cancelled'])) {
            $this->row['transaction'] = $transactionId;
            $this->row['completed'] = ($this->row['completed'] ?? 0) + 1;
            $this->update_status('processing');
        }
    }

    /** @return list<WC_Order_Refund> */
    public function get_refunds(): array
    {
        $all = Store::change(static fn (array $data) => $data['orders']);
        $own = array_filter($all, fn (array $row) => ($row['parent'] ?? null) === $this->row['id']);
        return array_map(static fn (array $row) => new WC_Order_Refund($row), array_values($own));
    }
}

function wc_get_order(mixed $id): WC_Order|false
{
    $row = Store::change(static fn (array $data) => $data['orders'][(int) $id] ?? null);
    return $row === null || isset($row['parent']) ? false : new WC_Order($row);
}

function new_id(): int
{
    return Store::change(static fn (array &$data) => $data['next']++);
}

/** Saves the refund, asks for the money, and takes the refund away where that fails. */
function wc_create_refund(array $args): WC_Order_Refund|WP_Error
{
    $order = wc_get_order($args['order_id']);
    $row = ['id' => new_id(), 'parent' => $order->get_id(), 'amount' => $args['amount'], 'meta' => []];
    $refund = new WC_Order_Refund($row);
    $fen = static fn (string $yuan): int => (int) str_replace('.', '', $yuan);
    $given = array_sum(array_map(static fn (WC_Order_Refund $each) => $fen($each->get_amount()), $order->get_refunds()));
    if ($given + $fen($args['amount']) > $fen($order->get_total())) {
        return new WP_Error('error', 'Invalid refund amount.');
    }
    do_action('woocommerce_create_refund', $refund, $args);
    $refund->save();
    if ($args['refund_payment']) {
        $gateway = apply_filters('woocommerce_payment_gateways', [])[0];
        $result = (new $gateway())->process_refund($order->get_id(), $refund->get_amount(), $args['reason']);
        if (is_wp_error($result)) {
            $refund->delete();
            return $result;
        }
    }
    if ($given + $fen($args['amount']) === $fen($order->get_total())) {
        wc_get_order($order->get_id())->update_status('refunded');
    }
    return $refund;
}

/** Settings as WooCommerce keeps and saves them. */
abstract class WC_Payment_Gateway
{
    public string $id = '';
    public bool $has_fields = false;
    public array $supports = [];
    public string $method_title = '';
    public string $method_description = '';
    public string $title = '';
    public string $description = '';
    public string $enabled = 'no';
    public array $form_fields = [];
    public array $settings = [];
    private array $errors = [];

    public function init_settings(): void
    {
        $this->settings = get_option("woocommerce_{$this->id}_settings", []);
    }

    public function get_option(string $key): string
    {
        return $this->settings[$key] ?? $this->form_fields[$key]['default'] ?? '';
    }

    public function update_option(string $key, string $value): void
    {
        $this->settings[$key] = $value;
        update_option("woocommerce_{$this->id}_settings", $this->settings);
    }

    public function get_field_key(string $key): string
    {
        return "woocommerce_{$this->id}_$key";
    }

    public function is_available(): bool
    {
        return $this->enabled === 'yes';
    }

    public function get_return_url(WC_Order $order): string
    {
        return $order->get_checkout_order_received_url();
    }

    public function add_error(string $text): void
    {
        $this->errors[] = $text;
    }

    public function get_errors(): array
    {
        return $this->errors;
    }

    public function process_admin_options(): bool
    {
        $this->init_settings();
        foreach ($this->form_fields as $key => $field) {
            $value = $_POST[$this->get_field_key($key)] ?? null;
            try {
                $this->settings[$key] = match (true) {
                    method_exists($this, "validate_{$key}_field") => $this->{"validate_{$key}_field"}($key, $value),
                    method_exists($this, "validate_{$field['type']}_field") => $this->{"validate_{$field['type']}_field"}($key, $value),
                    $field['type'] === 'checkbox' => $value === null ? 'no' : 'yes',
                    default => trim((string) $value),
                };
            } catch (Exception $wrong) {
                $this->add_error($wrong->getMessage());
            }
        }
        return update_option("woocommerce_{$this->id}_settings", $this->settings);
    }

    public function admin_options(): void
    {
        foreach ($this->form_fields as $key => $field) {
            if ($field['type'] === 'lingfu_secret') {
                echo $this->generate_lingfu_secret_html($key, $field);
            }
        }
    }
}
