<?php

// The part of WordPress that the plug-in calls, written from its documentation, so that the plug-in is tested where no WordPress is.

declare(strict_types=1);

define('ABSPATH', __DIR__ . '/');
define('DB_NAME', 'shop');

/** Everything the shop knows, in one file; each change reads it anew under a lock. */
final class Store
{
    public static function change(Closure $change): mixed
    {
        $stream = fopen(getenv('SHOP_DATA') . '/store.json', 'c+');
        flock($stream, LOCK_EX);
        $data = json_decode(stream_get_contents($stream) ?: '[]', true) + ['options' => [], 'orders' => [], 'next' => 100];
        $result = $change($data);
        rewind($stream);
        ftruncate($stream, 0);
        fwrite($stream, json_encode($data, JSON_THROW_ON_ERROR));
        fclose($stream);
        return $result;
    }
}

/** `GET_LOCK` of MySQL, by a file for each name. */
final class wpdb
{
    public string $prefix = 'wp_';
    private array $held = [];

    public function prepare(string $sql, mixed ...$values): array
    {
        return [$sql, $values];
    }

    public function get_var(array $query): ?string
    {
        [$sql, [$name]] = $query;
        if (str_contains($sql, 'RELEASE_LOCK')) {
            fclose($this->held[$name]);
            unset($this->held[$name]);
            return '1';
        }
        $stream = fopen(getenv('SHOP_DATA') . "/$name.lock", 'c');
        flock($stream, LOCK_EX);
        $this->held[$name] = $stream;
        return '1';
    }
}
$GLOBALS['wpdb'] = new wpdb();

final class WP_Error
{
    public function __construct(private readonly string $code, private readonly string $message)
    {
    }

    public function get_error_message(): string
    {
        return $this->message;
    }
}

$GLOBALS['hooks'] = [];

function add_filter(string $name, callable $call, int $priority = 10, int $values = 1): void
{
    $GLOBALS['hooks'][$name][] = [$call, $values];
}

function add_action(string $name, callable $call, int $priority = 10, int $values = 1): void
{
    add_filter($name, $call, $priority, $values);
}

function apply_filters(string $name, mixed $value, mixed ...$more): mixed
{
    foreach ($GLOBALS['hooks'][$name] ?? [] as [$call, $values]) {
        $value = $call(...array_slice([$value, ...$more], 0, $values));
    }
    return $value;
}

function do_action(string $name, mixed ...$values): void
{
    foreach ($GLOBALS['hooks'][$name] ?? [] as [$call, $wanted]) {
        $call(...array_slice($values, 0, $wanted));
    }
}

function get_option(string $name, mixed $default = false): mixed
{
    return Store::change(static fn (array &$data) => $data['options'][$name] ?? $default);
}

function update_option(string $name, mixed $value, mixed $autoload = null): bool
{
    Store::change(static function (array &$data) use ($name, $value): void {
        $data['options'][$name] = $value;
    });
    return true;
}

function load_plugin_textdomain(string $domain, bool $unused, string $folder): void
{
    $file = __DIR__ . "/../$folder/$domain-" . getenv('SHOP_LOCALE') . '.l10n.php';
    $GLOBALS['translations'] = is_file($file) ? (require $file)['messages'] : [];
}

function __(string $text, string $domain): string
{
    return $GLOBALS['translations'][$text] ?? $text;
}

function esc_html__(string $text, string $domain): string
{
    return esc_html(__($text, $domain));
}

function esc_html(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}

function esc_attr(string $text): string
{
    return esc_html($text);
}

function esc_url(string $url): string
{
    return esc_html($url);
}

function wp_unslash(mixed $value): mixed
{
    return is_string($value) ? stripslashes($value) : $value;
}

function wp_strip_all_tags(string $text): string
{
    return strip_tags($text);
}

function absint(mixed $value): int
{
    return abs((int) $value);
}

function is_wp_error(mixed $thing): bool
{
    return $thing instanceof WP_Error;
}

function home_url(string $path = ''): string
{
    return getenv('SHOP_URL') . $path;
}

function add_query_arg(string $name, string $value, string $url): string
{
    return $url . (str_contains($url, '?') ? '&' : '?') . "$name=$value";
}

function plugin_basename(string $file): string
{
    return basename(dirname($file)) . '/' . basename($file);
}

function status_header(int $status): void
{
    http_response_code($status);
}

function nocache_headers(): void
{
    header('Cache-Control: no-store');
}

function get_query_var(string $name): mixed
{
    return $GLOBALS['query'][$name] ?? '';
}
