-- What all migrations come to: which version of a table, function or trigger is in force. For people to read.
-- Made by `npm run schema`; a test compares it with a migrated database. Never edited by hand, never run.

create table abnormal_refund_applications (
  id bigint not null generated always as identity,
  refund_id text not null,
  way text not null,
  bank text,
  card_end text,
  asked_by text not null,
  asked_at timestamp with time zone not null,
  status text not null default 'sent'::text,
  accepted_at timestamp with time zone,
  ended_at timestamp with time zone,
  failure text,
  failure_detail text,
  constraint abnormal_refund_applications_pkey PRIMARY KEY (id),
  constraint abnormal_refund_applications_asked_by_check CHECK (((char_length(asked_by) >= 1) AND (char_length(asked_by) <= 320))),
  constraint abnormal_refund_applications_bank_check CHECK ((bank ~ '^[A-Z]{2,12}_DEBIT$'::text)),
  constraint abnormal_refund_applications_card_end_check CHECK ((card_end ~ '^[0-9]{4}$'::text)),
  constraint abnormal_refund_applications_failure_check CHECK (((char_length(failure) >= 1) AND (char_length(failure) <= 64))),
  constraint abnormal_refund_applications_failure_detail_check CHECK ((char_length(failure_detail) <= 500)),
  constraint abnormal_refund_applications_status_check CHECK ((status = ANY (ARRAY['sent'::text, 'accepted'::text, 'refused'::text, 'failed'::text]))),
  constraint abnormal_refund_applications_way_check CHECK ((way = ANY (ARRAY['payer_card'::text, 'merchant_account'::text]))),
  constraint application_accepted CHECK (((status <> 'accepted'::text) OR (accepted_at IS NOT NULL))),
  constraint application_card CHECK ((((way = 'payer_card'::text) = (bank IS NOT NULL)) AND ((way = 'payer_card'::text) = (card_end IS NOT NULL)))),
  constraint application_ended CHECK ((((status = ANY (ARRAY['refused'::text, 'failed'::text])) = (ended_at IS NOT NULL)) AND ((ended_at IS NULL) = (failure IS NULL)))),
  constraint abnormal_refund_applications_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES refunds(id)
);
CREATE INDEX abnormal_refund_applications_of_refund ON abnormal_refund_applications USING btree (refund_id, id);
CREATE UNIQUE INDEX abnormal_refund_applications_one ON abnormal_refund_applications USING btree (refund_id) WHERE (status = ANY (ARRAY['sent'::text, 'accepted'::text]));
CREATE TRIGGER abnormal_refund_applications_fixed BEFORE INSERT OR DELETE OR UPDATE ON abnormal_refund_applications FOR EACH ROW EXECUTE FUNCTION check_abnormal_application();
CREATE TRIGGER abnormal_refund_applications_never_emptied BEFORE TRUNCATE ON abnormal_refund_applications FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table admin_challenges (
  challenge_hash bytea not null,
  purpose text not null,
  user_id text,
  asked_by text,
  expires_at timestamp with time zone not null,
  constraint admin_challenges_pkey PRIMARY KEY (challenge_hash),
  constraint admin_challenges_challenge_hash_check CHECK ((octet_length(challenge_hash) = 32)),
  constraint admin_challenges_purpose_check CHECK ((purpose = ANY (ARRAY['register'::text, 'join'::text, 'sign_in'::text, 'second_factor'::text, 'confirm'::text]))),
  constraint challenge_person CHECK ((((purpose = 'sign_in'::text) = (user_id IS NULL)) AND ((user_id IS NULL) = (asked_by IS NULL))))
);
CREATE INDEX admin_challenges_age ON admin_challenges USING btree (expires_at);

create table admin_invitations (
  id text not null,
  token_hash bytea not null,
  user_id text,
  email text not null,
  role text not null,
  created_by_id text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint admin_invitations_pkey PRIMARY KEY (id),
  constraint admin_invitations_token_hash_key UNIQUE (token_hash),
  constraint admin_invitations_email_check CHECK (((email = lower(email)) AND ((char_length(email) >= 3) AND (char_length(email) <= 254)))),
  constraint admin_invitations_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'finance'::text, 'clerk'::text, 'viewer'::text]))),
  constraint admin_invitations_token_hash_check CHECK ((octet_length(token_hash) = 32)),
  constraint invitation_end CHECK (((used_at IS NULL) OR ((revoked_at IS NULL) AND (used_at < expires_at)))),
  constraint invitation_life CHECK (((expires_at > created_at) AND (expires_at <= (created_at + '7 days'::interval)))),
  constraint admin_invitations_created_by_id_fkey FOREIGN KEY (created_by_id) REFERENCES admin_users(id) ON DELETE CASCADE,
  constraint admin_invitations_user_id_fkey FOREIGN KEY (user_id) REFERENCES admin_users(id) ON DELETE CASCADE
);
CREATE INDEX admin_invitations_by_user ON admin_invitations USING btree (created_by_id) WHERE (created_by_id IS NOT NULL);
CREATE INDEX admin_invitations_of_user ON admin_invitations USING btree (user_id) WHERE (user_id IS NOT NULL);
CREATE UNIQUE INDEX admin_invitations_open ON admin_invitations USING btree (email) WHERE ((used_at IS NULL) AND (revoked_at IS NULL));
CREATE TRIGGER admin_invitations_fixed BEFORE UPDATE ON admin_invitations FOR EACH ROW EXECUTE FUNCTION refuse_changed_invitation();

create table admin_lockouts (
  key text not null,
  failures integer not null,
  last_at timestamp with time zone not null,
  locked_until timestamp with time zone,
  constraint admin_lockouts_pkey PRIMARY KEY (key),
  constraint admin_lockouts_failures_check CHECK ((failures >= 1)),
  constraint admin_lockouts_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 300)))
);
CREATE INDEX admin_lockouts_age ON admin_lockouts USING btree (last_at);

create table admin_passkeys (
  id text not null,
  user_id text not null,
  credential_id bytea not null,
  public_key bytea not null,
  rp_id text not null,
  counter bigint not null,
  transports text[] not null default '{}'::text[],
  is_synced boolean not null,
  name text not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  suspended_at timestamp with time zone,
  constraint admin_passkeys_pkey PRIMARY KEY (id),
  constraint admin_passkeys_credential_id_key UNIQUE (credential_id),
  constraint admin_passkeys_counter_check CHECK (((counter >= 0) AND (counter <= '4294967295'::bigint))),
  constraint admin_passkeys_credential_id_check CHECK (((octet_length(credential_id) >= 1) AND (octet_length(credential_id) <= 1023))),
  constraint admin_passkeys_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 60))),
  constraint admin_passkeys_public_key_check CHECK (((octet_length(public_key) >= 1) AND (octet_length(public_key) <= 2048))),
  constraint admin_passkeys_rp_id_check CHECK (((char_length(rp_id) >= 1) AND (char_length(rp_id) <= 253))),
  constraint admin_passkeys_transports_check CHECK ((cardinality(transports) <= 10)),
  constraint admin_passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES admin_users(id) ON DELETE CASCADE
);
CREATE INDEX admin_passkeys_of_user ON admin_passkeys USING btree (user_id, created_at);
CREATE TRIGGER admin_passkeys_ended AFTER DELETE ON admin_passkeys FOR EACH ROW EXECUTE FUNCTION note_ended_passkey();
CREATE TRIGGER admin_passkeys_fixed BEFORE UPDATE ON admin_passkeys FOR EACH ROW EXECUTE FUNCTION check_passkey_change();
CREATE CONSTRAINT TRIGGER admin_passkeys_owner_left AFTER DELETE ON admin_passkeys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_an_owner_is_left();
CREATE TRIGGER admin_passkeys_suspended AFTER UPDATE ON admin_passkeys FOR EACH ROW WHEN (((old.suspended_at IS NULL) AND (new.suspended_at IS NOT NULL))) EXECUTE FUNCTION note_ended_passkey();

create table admin_recovery_codes (
  user_id text not null,
  code_hash bytea not null,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint admin_recovery_codes_pkey PRIMARY KEY (user_id, code_hash),
  constraint admin_recovery_codes_code_hash_check CHECK ((octet_length(code_hash) = 32)),
  constraint admin_recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES admin_users(id) ON DELETE CASCADE
);
CREATE TRIGGER admin_recovery_codes_ended AFTER DELETE ON admin_recovery_codes FOR EACH ROW EXECUTE FUNCTION note_ended_recovery_code();
CREATE TRIGGER admin_recovery_codes_fixed BEFORE UPDATE ON admin_recovery_codes FOR EACH ROW EXECUTE FUNCTION refuse_changed_recovery_code();
CREATE CONSTRAINT TRIGGER admin_recovery_codes_ten AFTER INSERT ON admin_recovery_codes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_recovery_codes();
CREATE TRIGGER admin_recovery_codes_used AFTER UPDATE ON admin_recovery_codes FOR EACH ROW WHEN (((old.used_at IS NULL) AND (new.used_at IS NOT NULL))) EXECUTE FUNCTION note_ended_recovery_code();

create table admin_sessions (
  id text not null,
  token_hash bytea not null,
  user_id text not null,
  awaits_code boolean not null,
  address text not null,
  agent text not null,
  created_at timestamp with time zone not null,
  seen_at timestamp with time zone not null,
  idle_until timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  confirmed_at timestamp with time zone,
  constraint admin_sessions_pkey PRIMARY KEY (id),
  constraint admin_sessions_token_hash_key UNIQUE (token_hash),
  constraint admin_session_times CHECK ((idle_until <= expires_at)),
  constraint admin_sessions_address_check CHECK ((char_length(address) <= 64)),
  constraint admin_sessions_agent_check CHECK ((char_length(agent) <= 256)),
  constraint admin_sessions_token_hash_check CHECK ((octet_length(token_hash) = 32)),
  constraint session_confirmed CHECK (((confirmed_at IS NULL) OR (NOT awaits_code))),
  constraint admin_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES admin_users(id) ON DELETE CASCADE
);
CREATE INDEX admin_sessions_age ON admin_sessions USING btree (expires_at);
CREATE INDEX admin_sessions_of_user ON admin_sessions USING btree (user_id);

create table admin_users (
  id text not null,
  email text not null,
  role text not null,
  password_hash text,
  must_change_password boolean not null default false,
  first_password bytea,
  totp_secret bytea,
  totp_enabled_at timestamp with time zone,
  totp_last_step bigint,
  created_at timestamp with time zone not null,
  disabled_at timestamp with time zone,
  name text,
  language text,
  constraint admin_users_pkey PRIMARY KEY (id),
  constraint admin_users_email_key UNIQUE (email),
  constraint admin_first_password CHECK (((first_password IS NULL) OR must_change_password)),
  constraint admin_totp CHECK (((totp_enabled_at IS NULL) OR (totp_secret IS NOT NULL))),
  constraint admin_users_email_check CHECK (((email = lower(email)) AND ((char_length(email) >= 3) AND (char_length(email) <= 254)))),
  constraint admin_users_language_check CHECK ((language ~ '^[a-z]{2}(-[A-Z]{2})?$'::text)),
  constraint admin_users_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 60))),
  constraint admin_users_password_hash_check CHECK ((password_hash ~~ '$scrypt$%'::text)),
  constraint admin_users_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'finance'::text, 'clerk'::text, 'viewer'::text])))
);
CREATE TRIGGER admin_users_first_password_sealed BEFORE INSERT OR UPDATE OF first_password ON admin_users FOR EACH ROW EXECUTE FUNCTION check_sealed_under('first_password');
CREATE TRIGGER admin_users_invitations_end AFTER UPDATE OF role, disabled_at, password_hash ON admin_users FOR EACH ROW EXECUTE FUNCTION end_invitations_of_person();
CREATE CONSTRAINT TRIGGER admin_users_owner_left AFTER DELETE OR UPDATE ON admin_users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_an_owner_is_left();
CREATE TRIGGER admin_users_totp_sealed BEFORE INSERT OR UPDATE OF totp_secret ON admin_users FOR EACH ROW EXECUTE FUNCTION check_sealed_under('totp_secret');

create table alerts (
  id bigint not null generated always as identity,
  kind text not null,
  cause text not null,
  order_id text,
  detail jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null,
  acknowledged_at timestamp with time zone,
  recovered_at timestamp with time zone,
  constraint alerts_pkey PRIMARY KEY (id),
  constraint alerts_cause_key UNIQUE (cause),
  constraint alerts_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX alerts_lasting ON alerts USING btree (kind) WHERE ((recovered_at IS NULL) AND (acknowledged_at IS NULL));
CREATE INDEX alerts_newest ON alerts USING btree (id DESC);
CREATE INDEX alerts_of_order ON alerts USING btree (order_id) WHERE (order_id IS NOT NULL);
CREATE INDEX alerts_open ON alerts USING btree (created_at DESC) WHERE (acknowledged_at IS NULL);
CREATE TRIGGER alerts_recovery_told AFTER UPDATE OF recovered_at ON alerts FOR EACH ROW WHEN (((old.recovered_at IS NULL) AND (new.recovered_at IS NOT NULL))) EXECUTE FUNCTION tell_of_alert();
CREATE TRIGGER alerts_told AFTER INSERT ON alerts FOR EACH ROW WHEN ((new.kind <> 'probe'::text)) EXECUTE FUNCTION tell_of_alert();

create table allowed_transition (
  machine text not null,
  from_status text not null,
  to_status text not null,
  constraint allowed_transition_pkey PRIMARY KEY (machine, from_status, to_status)
);

create table api_keys (
  id text not null,
  name text not null,
  secret_hash bytea not null,
  secret_sealed bytea not null,
  require_signing boolean not null default false,
  scopes text[] not null default '{}'::text[],
  created_at timestamp with time zone not null default now(),
  revoked_at timestamp with time zone,
  expires_at timestamp with time zone,
  allowed_networks text[] not null default '{}'::text[],
  last_used_at timestamp with time zone,
  last_used_from text,
  previous_secret_hash bytea,
  previous_secret_sealed bytea,
  previous_secret_until timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_previous_secret_hash_key UNIQUE (previous_secret_hash),
  constraint api_keys_secret_hash_key UNIQUE (secret_hash),
  constraint api_key_previous CHECK ((((previous_secret_hash IS NULL) = (previous_secret_until IS NULL)) AND ((previous_secret_hash IS NULL) = (previous_secret_sealed IS NULL)))),
  constraint api_key_used CHECK (((last_used_at IS NOT NULL) OR (last_used_from IS NULL))),
  constraint api_keys_allowed_networks_check CHECK ((cardinality(allowed_networks) <= 50)),
  constraint api_keys_last_used_from_check CHECK ((char_length(last_used_from) <= 64)),
  constraint api_keys_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 128))),
  constraint api_keys_previous_secret_hash_check CHECK ((octet_length(previous_secret_hash) = 32)),
  constraint api_keys_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);
CREATE TRIGGER api_keys_end_endpoints AFTER UPDATE OF revoked_at ON api_keys FOR EACH ROW WHEN (((old.revoked_at IS NULL) AND (new.revoked_at IS NOT NULL))) EXECUTE FUNCTION end_endpoints_of_key();
CREATE TRIGGER api_keys_previous_sealed BEFORE INSERT OR UPDATE OF previous_secret_sealed ON api_keys FOR EACH ROW EXECUTE FUNCTION check_sealed_under('previous_secret_sealed');
CREATE TRIGGER api_keys_sealed BEFORE INSERT OR UPDATE OF secret_sealed ON api_keys FOR EACH ROW EXECUTE FUNCTION check_sealed_under('secret_sealed');

create table audit_log (
  id bigint not null generated always as identity,
  actor text not null,
  action text not null,
  subject text,
  detail jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  constraint audit_log_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_log_backups ON audit_log USING btree (created_at) WHERE (action = 'backup.made'::text);
CREATE INDEX audit_log_subject ON audit_log USING btree (subject, id DESC);
CREATE TRIGGER audit_log_account_told AFTER INSERT ON audit_log FOR EACH ROW WHEN (((new.action = ANY (ARRAY['user.password'::text, 'user.reset'::text, 'user.reset_link'::text, 'user.reset_used'::text, 'user.totp_on'::text, 'user.totp_off'::text, 'recovery.make'::text, 'recovery.use'::text, 'passkey.add'::text, 'passkey.remove'::text, 'passkey.suspended'::text, 'user.role'::text])) AND (new.subject IS NOT NULL) AND (NOT (new.detail ? 'failed'::text)))) EXECUTE FUNCTION tell_of_account();
CREATE TRIGGER audit_log_fixed BEFORE DELETE OR UPDATE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_never_emptied BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table audit_repeats (
  minute timestamp with time zone not null,
  topic text not null,
  key text not null,
  times integer not null default 1,
  audit_id bigint,
  constraint audit_repeats_pkey PRIMARY KEY (minute, topic, key),
  constraint audit_repeats_audit_id_key UNIQUE (audit_id),
  constraint audit_repeats_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 300))),
  constraint audit_repeats_times_check CHECK ((times >= 1)),
  constraint audit_repeats_topic_check CHECK (((char_length(topic) >= 1) AND (char_length(topic) <= 100))),
  constraint audit_repeats_audit_id_fkey FOREIGN KEY (audit_id) REFERENCES audit_log(id)
);
CREATE TRIGGER audit_repeats_never_emptied BEFORE TRUNCATE ON audit_repeats FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table backup_log (
  id smallint not null default 1,
  kept_up_to timestamp with time zone,
  checked_at timestamp with time zone not null,
  problem text,
  constraint backup_log_pkey PRIMARY KEY (id),
  constraint backup_log_id_check CHECK ((id = 1)),
  constraint backup_log_kept CHECK (((problem IS NOT NULL) OR (kept_up_to IS NOT NULL))),
  constraint backup_log_problem_check CHECK ((problem = ANY (ARRAY['no_base'::text, 'lost'::text, 'not_kept'::text])))
);

create table behaviour_cells (
  starts_at timestamp with time zone not null,
  span text not null,
  channel text not null,
  scene text not null,
  env text not null,
  viewed integer not null,
  tapped integer not null,
  paid integer not null,
  paid_soon integer not null,
  reasons jsonb not null,
  pay_seconds jsonb not null,
  constraint behaviour_cells_pkey PRIMARY KEY (starts_at, span, channel, scene, env),
  constraint behaviour_cells_check CHECK (((tapped >= 0) AND (tapped <= viewed))),
  constraint behaviour_cells_check1 CHECK (((paid >= 0) AND (paid <= viewed))),
  constraint behaviour_cells_check2 CHECK (((paid_soon >= 0) AND (paid_soon <= paid))),
  constraint behaviour_cells_pay_seconds_check CHECK ((jsonb_typeof(pay_seconds) = 'object'::text)),
  constraint behaviour_cells_reasons_check CHECK ((jsonb_typeof(reasons) = 'object'::text)),
  constraint behaviour_cells_span_check CHECK ((span = ANY (ARRAY['hour'::text, 'day'::text]))),
  constraint behaviour_cells_viewed_check CHECK ((viewed >= 1))
);

create table behaviour_days (
  day date not null,
  channel text not null,
  viewed integer not null,
  tapped integer not null,
  paid integer not null,
  paid_soon integer not null,
  reasons jsonb not null,
  pay_seconds jsonb not null,
  constraint behaviour_days_pkey PRIMARY KEY (day, channel),
  constraint behaviour_days_check CHECK (((tapped >= 0) AND (tapped <= viewed))),
  constraint behaviour_days_check1 CHECK (((paid >= 0) AND (paid <= viewed))),
  constraint behaviour_days_check2 CHECK (((paid_soon >= 0) AND (paid_soon <= paid))),
  constraint behaviour_days_pay_seconds_check CHECK ((jsonb_typeof(pay_seconds) = 'object'::text)),
  constraint behaviour_days_reasons_check CHECK ((jsonb_typeof(reasons) = 'object'::text)),
  constraint behaviour_days_viewed_check CHECK ((viewed >= 1))
);

create table behaviour_events (
  order_id text not null,
  order_at timestamp with time zone not null,
  id uuid not null,
  session text not null,
  type text not null,
  at timestamp with time zone not null,
  env text not null,
  form text not null,
  os text not null,
  channel text not null,
  scene text not null,
  props jsonb not null default '{}'::jsonb,
  constraint behaviour_events_pkey PRIMARY KEY (order_id, id, order_at),
  constraint behaviour_events_channel_check CHECK ((char_length(channel) <= 16)),
  constraint behaviour_events_env_check CHECK ((char_length(env) <= 16)),
  constraint behaviour_events_form_check CHECK ((char_length(form) <= 16)),
  constraint behaviour_events_os_check CHECK ((char_length(os) <= 16)),
  constraint behaviour_events_props_check CHECK (((jsonb_typeof(props) = 'object'::text) AND (octet_length((props)::text) <= 512))),
  constraint behaviour_events_scene_check CHECK ((char_length(scene) <= 32)),
  constraint behaviour_events_session_check CHECK ((session ~ '^[A-Za-z0-9_-]{6,32}$'::text)),
  constraint behaviour_events_type_check CHECK ((type = ANY (ARRAY['page_viewed'::text, 'code_scanned'::text, 'channel_shown'::text, 'channel_switched'::text, 'offer_shown'::text, 'pay_tapped'::text, 'bridge_opened'::text, 'cancelled'::text, 'failed'::text, 'paid'::text, 'expired'::text, 'abandoned'::text, 'refunded'::text])))
) partition by RANGE (order_at);
CREATE INDEX behaviour_events_at ON ONLY behaviour_events USING btree (at);
CREATE INDEX behaviour_events_viewed ON ONLY behaviour_events USING btree (at, order_id) WHERE (type = 'page_viewed'::text);
CREATE TRIGGER behaviour_events_fixed BEFORE UPDATE ON behaviour_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

create table behaviour_progress (
  id smallint not null default 1,
  rolled_to timestamp with time zone not null default '1970-01-01 00:00:00+00'::timestamp with time zone,
  journal_to bigint not null default 0,
  constraint behaviour_progress_pkey PRIMARY KEY (id),
  constraint behaviour_progress_id_check CHECK ((id = 1))
);

create table bills (
  account_id text not null,
  day date not null,
  kind text not null,
  content bytea not null,
  fetched_at timestamp with time zone not null default now(),
  constraint bills_pkey PRIMARY KEY (account_id, day, kind),
  constraint bills_kind_check CHECK ((kind = ANY (ARRAY['trades'::text, 'funds'::text]))),
  constraint bills_account_id_fkey FOREIGN KEY (account_id) REFERENCES gateway_accounts(id) ON DELETE RESTRICT
);

create table cashier_sessions (
  id text not null,
  token_hash bytea not null,
  device_id text not null,
  cashier_id text not null,
  created_at timestamp with time zone not null,
  seen_at timestamp with time zone not null,
  idle_until timestamp with time zone not null,
  constraint cashier_sessions_pkey PRIMARY KEY (id),
  constraint cashier_sessions_device_id_key UNIQUE (device_id),
  constraint cashier_sessions_token_hash_key UNIQUE (token_hash),
  constraint cashier_sessions_id_check CHECK ((id ~ '^cse_[0-9a-z]{1,40}$'::text)),
  constraint cashier_sessions_token_hash_check CHECK ((octet_length(token_hash) = 32)),
  constraint cashier_sessions_cashier_id_fkey FOREIGN KEY (cashier_id) REFERENCES cashiers(id),
  constraint cashier_sessions_device_id_fkey FOREIGN KEY (device_id) REFERENCES till_devices(id)
);
CREATE INDEX cashier_sessions_of_cashier ON cashier_sessions USING btree (cashier_id);

create table cashier_stores (
  cashier_id text not null,
  store_id text not null,
  constraint cashier_stores_pkey PRIMARY KEY (cashier_id, store_id),
  constraint cashier_stores_cashier_id_fkey FOREIGN KEY (cashier_id) REFERENCES cashiers(id),
  constraint cashier_stores_store_id_fkey FOREIGN KEY (store_id) REFERENCES stores(id)
);
CREATE INDEX cashier_stores_of_store ON cashier_stores USING btree (store_id);

create table cashiers (
  id text not null,
  name text not null,
  pin_hash text not null,
  refund_up_to integer,
  user_id text,
  created_at timestamp with time zone not null,
  deactivated_at timestamp with time zone,
  constraint cashiers_pkey PRIMARY KEY (id),
  constraint cashiers_user_id_key UNIQUE (user_id),
  constraint cashiers_id_check CHECK ((id ~ '^csh_[0-9a-z]{1,40}$'::text)),
  constraint cashiers_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 32))),
  constraint cashiers_pin_hash_check CHECK ((pin_hash ~~ '$scrypt$%'::text)),
  constraint cashiers_refund_up_to_check CHECK (((refund_up_to >= 1) AND (refund_up_to <= 1000000000))),
  constraint cashiers_user_id_fkey FOREIGN KEY (user_id) REFERENCES admin_users(id)
);
CREATE TRIGGER cashiers_fixed BEFORE DELETE OR UPDATE ON cashiers FOR EACH ROW EXECUTE FUNCTION refuse_changed_place();

create table chain_heads (
  chain text not null,
  row_id bigint not null default 0,
  rows bigint not null default 0,
  hash bytea not null default decode(repeat('00'::text, 32), 'hex'::text),
  extended_at timestamp with time zone,
  constraint chain_heads_pkey PRIMARY KEY (chain),
  constraint chain_heads_chain_check CHECK ((chain = ANY (ARRAY['journal'::text, 'audit'::text]))),
  constraint chain_heads_extended CHECK ((((rows = 0) = (extended_at IS NULL)) AND ((rows = 0) = (row_id = 0)))),
  constraint chain_heads_hash_check CHECK ((octet_length(hash) = 32)),
  constraint chain_heads_row_id_check CHECK ((row_id >= 0)),
  constraint chain_heads_rows_check CHECK ((rows >= 0))
);
CREATE TRIGGER chain_heads_forward BEFORE DELETE OR UPDATE ON chain_heads FOR EACH ROW EXECUTE FUNCTION refuse_shorter_chain();
CREATE TRIGGER chain_heads_never_emptied BEFORE TRUNCATE ON chain_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table chain_links (
  chain text not null,
  row_id bigint not null,
  previous_id bigint not null,
  hash bytea not null,
  constraint chain_links_pkey PRIMARY KEY (chain, row_id),
  constraint chain_links_chain_check CHECK ((chain = ANY (ARRAY['journal'::text, 'audit'::text]))),
  constraint chain_links_forward CHECK ((previous_id < row_id)),
  constraint chain_links_hash_check CHECK ((octet_length(hash) = 32)),
  constraint chain_links_previous_id_check CHECK ((previous_id >= 0))
);
CREATE TRIGGER chain_links_fixed BEFORE DELETE OR UPDATE ON chain_links FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_links_never_emptied BEFORE TRUNCATE ON chain_links FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table collection_codes (
  id text not null,
  code text not null,
  label text not null,
  amount integer,
  amount_min integer,
  amount_max integer,
  scene text,
  item_name text,
  category text,
  status text not null default 'active'::text,
  created_by text not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  store_id text,
  till_id text,
  constraint collection_codes_pkey PRIMARY KEY (id),
  constraint collection_codes_code_key UNIQUE (code),
  constraint collection_code_amount CHECK (
CASE
    WHEN (amount IS NULL) THEN COALESCE((amount_min <= amount_max), false)
    ELSE ((amount_min IS NULL) AND (amount_max IS NULL))
END),
  constraint collection_code_place CHECK (((till_id IS NULL) OR (store_id IS NOT NULL))),
  constraint collection_code_retired CHECK (((status = 'retired'::text) = (retired_at IS NOT NULL))),
  constraint collection_codes_amount_check CHECK (((amount >= 1) AND (amount <= 1000000000))),
  constraint collection_codes_amount_max_check CHECK (((amount_max >= 1) AND (amount_max <= 1000000000))),
  constraint collection_codes_amount_min_check CHECK (((amount_min >= 1) AND (amount_min <= 1000000000))),
  constraint collection_codes_category_check CHECK (((char_length(category) >= 1) AND (char_length(category) <= 64))),
  constraint collection_codes_code_check CHECK ((code ~ '^[0-9a-hjkmnp-tv-z]{12}$'::text)),
  constraint collection_codes_created_by_check CHECK (((char_length(created_by) >= 1) AND (char_length(created_by) <= 320))),
  constraint collection_codes_id_check CHECK ((id ~ '^col_[0-9a-z]{1,40}$'::text)),
  constraint collection_codes_item_name_check CHECK (((char_length(item_name) >= 1) AND (char_length(item_name) <= 256))),
  constraint collection_codes_label_check CHECK (((char_length(label) >= 1) AND (char_length(label) <= 32))),
  constraint collection_codes_scene_check CHECK (((char_length(scene) >= 1) AND (char_length(scene) <= 32))),
  constraint collection_codes_status_check CHECK ((status = ANY (ARRAY['active'::text, 'retired'::text]))),
  constraint collection_code_till FOREIGN KEY (till_id, store_id) REFERENCES tills(id, store_id),
  constraint collection_codes_store_id_fkey FOREIGN KEY (store_id) REFERENCES stores(id)
);
CREATE INDEX collection_codes_newest ON collection_codes USING btree (created_at DESC, id DESC);
CREATE TRIGGER collection_codes_change BEFORE INSERT OR UPDATE ON collection_codes FOR EACH ROW EXECUTE FUNCTION check_collection_code_change();
CREATE TRIGGER collection_codes_kept BEFORE DELETE ON collection_codes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER collection_codes_never_emptied BEFORE TRUNCATE ON collection_codes FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table collection_orders (
  order_id text not null,
  code_id text not null,
  paid_amount integer,
  created_at timestamp with time zone not null,
  constraint collection_orders_pkey PRIMARY KEY (order_id),
  constraint collection_orders_paid_amount_check CHECK ((paid_amount >= 1)),
  constraint collection_orders_code_id_fkey FOREIGN KEY (code_id) REFERENCES collection_codes(id),
  constraint collection_orders_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX collection_orders_of_code ON collection_orders USING btree (code_id, order_id);
CREATE INDEX collection_orders_paid ON collection_orders USING btree (code_id) INCLUDE (paid_amount) WHERE (paid_amount IS NOT NULL);
CREATE TRIGGER collection_orders_change BEFORE INSERT OR DELETE OR UPDATE ON collection_orders FOR EACH ROW EXECUTE FUNCTION check_collection_order();
CREATE TRIGGER collection_orders_never_emptied BEFORE TRUNCATE ON collection_orders FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table config_files (
  host text not null,
  path text not null,
  mark bytea not null,
  seen_at timestamp with time zone not null default now(),
  constraint config_files_pkey PRIMARY KEY (host, path),
  constraint config_files_host_check CHECK ((char_length(host) <= 255)),
  constraint config_files_mark_check CHECK ((octet_length(mark) = 32)),
  constraint config_files_path_check CHECK ((char_length(path) <= 4096))
);

create table config_versions (
  version integer not null,
  source text not null,
  actor text not null,
  origin text,
  account_id text not null,
  sandbox boolean not null,
  settings jsonb not null,
  fields jsonb not null,
  changes jsonb not null,
  file_mark bytea,
  rolled_back_to integer,
  created_at timestamp with time zone not null default now(),
  constraint config_versions_pkey PRIMARY KEY (version),
  constraint config_version_rollback CHECK (((source = 'rollback'::text) = (rolled_back_to IS NOT NULL))),
  constraint config_versions_file_mark_check CHECK ((octet_length(file_mark) = 32)),
  constraint config_versions_origin_check CHECK ((char_length(origin) <= 1024)),
  constraint config_versions_source_check CHECK ((source = ANY (ARRAY['file'::text, 'command_line'::text, 'dashboard'::text, 'rollback'::text, 'sandbox'::text, 'before'::text]))),
  constraint config_versions_version_check CHECK ((version >= 1)),
  constraint config_versions_account_id_fkey FOREIGN KEY (account_id) REFERENCES gateway_accounts(id),
  constraint config_versions_rolled_back_to_fkey FOREIGN KEY (rolled_back_to) REFERENCES config_versions(version)
);
CREATE TRIGGER config_versions_fixed BEFORE DELETE OR UPDATE ON config_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER config_versions_never_emptied BEFORE TRUNCATE ON config_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table counter_screens (
  till text not null,
  order_id text,
  shown_at timestamp with time zone not null,
  constraint counter_screens_pkey PRIMARY KEY (till),
  constraint counter_screens_till_check CHECK (((char_length(till) >= 1) AND (char_length(till) <= 320))),
  constraint counter_screens_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);

create table counter_settings (
  id smallint not null default 1,
  presets integer[] not null default '{}'::integer[],
  items jsonb not null default '[]'::jsonb,
  updated_at timestamp with time zone not null default now(),
  constraint counter_settings_pkey PRIMARY KEY (id),
  constraint counter_items CHECK (((jsonb_typeof(items) = 'array'::text) AND (jsonb_array_length(items) <= 60))),
  constraint counter_presets CHECK (((cardinality(presets) <= 8) AND (1 <= ALL (presets)) AND (1000000000 >= ALL (presets)))),
  constraint counter_settings_id_check CHECK ((id = 1))
);

create table credential_drafts (
  id smallint not null default 1,
  sealed bytea not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  constraint credential_drafts_pkey PRIMARY KEY (id),
  constraint credential_drafts_id_check CHECK ((id = 1)),
  constraint credential_drafts_updated_by_check CHECK (((char_length(updated_by) >= 1) AND (char_length(updated_by) <= 320)))
);
CREATE TRIGGER credential_drafts_sealed BEFORE INSERT OR UPDATE OF sealed ON credential_drafts FOR EACH ROW EXECUTE FUNCTION check_sealed_under('sealed');

create table discrepancies (
  id bigint not null generated always as identity,
  run_id bigint not null,
  kind text not null,
  trade_number text,
  refund_number text,
  transaction_id text,
  ours jsonb,
  theirs jsonb,
  fingerprint bytea not null,
  found_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  closed_by text,
  closed_reason text,
  constraint discrepancies_pkey PRIMARY KEY (id),
  constraint discrepancy_once UNIQUE (run_id, fingerprint),
  constraint discrepancies_closed_by_check CHECK (((char_length(closed_by) >= 1) AND (char_length(closed_by) <= 254))),
  constraint discrepancies_closed_reason_check CHECK (((char_length(closed_reason) >= 1) AND (char_length(closed_reason) <= 500))),
  constraint discrepancies_fingerprint_check CHECK ((octet_length(fingerprint) = 32)),
  constraint discrepancy_closed CHECK ((num_nulls(closed_at, closed_by, closed_reason) = ANY (ARRAY[0, 3]))),
  constraint discrepancies_run_id_fkey FOREIGN KEY (run_id) REFERENCES reconciliation_runs(id)
);
CREATE INDEX discrepancies_open ON discrepancies USING btree (run_id) WHERE (closed_at IS NULL);
CREATE TRIGGER discrepancies_fixed BEFORE DELETE OR UPDATE ON discrepancies FOR EACH ROW EXECUTE FUNCTION refuse_changed_discrepancy();
CREATE TRIGGER discrepancies_never_emptied BEFORE TRUNCATE ON discrepancies FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table ended_proofs (
  kind text not null,
  id text not null,
  ended_at timestamp with time zone not null,
  constraint ended_proofs_pkey PRIMARY KEY (kind, id),
  constraint ended_proofs_id_check CHECK (((char_length(id) >= 1) AND (char_length(id) <= 64))),
  constraint ended_proofs_kind_check CHECK ((kind = ANY (ARRAY['passkey'::text, 'recovery_code'::text])))
);

create table epay_accounts (
  pid text not null,
  name text not null,
  key_sealed bytea not null,
  may_refund boolean not null default false,
  created_at timestamp with time zone not null,
  disabled_at timestamp with time zone,
  key_changed_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint epay_accounts_pkey PRIMARY KEY (pid),
  constraint epay_accounts_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 64))),
  constraint epay_accounts_pid_check CHECK ((pid ~ '^[1-9][0-9]{3,8}$'::text))
);
CREATE TRIGGER epay_accounts_fixed BEFORE DELETE OR UPDATE ON epay_accounts FOR EACH ROW EXECUTE FUNCTION check_epay_account();
CREATE TRIGGER epay_accounts_sealed BEFORE INSERT OR UPDATE OF key_sealed ON epay_accounts FOR EACH ROW EXECUTE FUNCTION check_sealed_under('key_sealed');

create table epay_orders (
  order_id text not null,
  pid text not null,
  out_trade_no text not null,
  amount integer not null,
  name text not null,
  param text,
  notify_url text not null,
  return_url text,
  created_at timestamp with time zone not null,
  status text not null default 'unpaid'::text,
  check_at timestamp with time zone,
  tries integer not null default 0,
  last_answer text,
  ended_at timestamp with time zone,
  constraint epay_orders_pkey PRIMARY KEY (order_id),
  constraint epay_order_once UNIQUE (pid, out_trade_no),
  constraint epay_notice_to_do CHECK ((((status = 'due'::text) = (check_at IS NOT NULL)) AND ((status = ANY (ARRAY['told'::text, 'given_up'::text])) = (ended_at IS NOT NULL)))),
  constraint epay_orders_amount_check CHECK (((amount >= 1) AND (amount <= 1000000000))),
  constraint epay_orders_last_answer_check CHECK ((char_length(last_answer) <= 300)),
  constraint epay_orders_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256))),
  constraint epay_orders_notify_url_check CHECK (((char_length(notify_url) >= 8) AND (char_length(notify_url) <= 512))),
  constraint epay_orders_out_trade_no_check CHECK (((char_length(out_trade_no) >= 1) AND (char_length(out_trade_no) <= 64))),
  constraint epay_orders_param_check CHECK (((char_length(param) >= 1) AND (char_length(param) <= 1024))),
  constraint epay_orders_return_url_check CHECK (((char_length(return_url) >= 8) AND (char_length(return_url) <= 512))),
  constraint epay_orders_status_check CHECK ((status = ANY (ARRAY['unpaid'::text, 'due'::text, 'told'::text, 'given_up'::text]))),
  constraint epay_orders_tries_check CHECK ((tries >= 0)),
  constraint epay_orders_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint epay_orders_pid_fkey FOREIGN KEY (pid) REFERENCES epay_accounts(pid)
);
CREATE INDEX epay_orders_due ON epay_orders USING btree (pid, check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX epay_orders_newest ON epay_orders USING btree (pid, created_at DESC, order_id DESC);
CREATE TRIGGER epay_orders_lawful BEFORE INSERT OR DELETE OR UPDATE ON epay_orders FOR EACH ROW EXECUTE FUNCTION check_epay_order();
CREATE TRIGGER epay_orders_never_emptied BEFORE TRUNCATE ON epay_orders FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table epay_refunds (
  order_id text not null,
  number text not null,
  amount integer not null,
  asked_at timestamp with time zone not null,
  refund_id text,
  constraint epay_refunds_pkey PRIMARY KEY (order_id, number),
  constraint epay_refunds_refund_id_key UNIQUE (refund_id),
  constraint epay_refunds_amount_check CHECK (((amount >= 1) AND (amount <= 1000000000))),
  constraint epay_refunds_number_check CHECK (((char_length(number) >= 1) AND (char_length(number) <= 80))),
  constraint epay_refunds_order_id_fkey FOREIGN KEY (order_id) REFERENCES epay_orders(order_id),
  constraint epay_refunds_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES refunds(id)
);
CREATE TRIGGER epay_refunds_lawful BEFORE INSERT OR DELETE OR UPDATE ON epay_refunds FOR EACH ROW EXECUTE FUNCTION check_epay_refund();
CREATE TRIGGER epay_refunds_never_emptied BEFORE TRUNCATE ON epay_refunds FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table foreign_refunds (
  number text not null,
  account_id text not null,
  trade_number text not null,
  seen_at timestamp with time zone not null,
  check_at timestamp with time zone,
  checks integer not null default 0,
  constraint foreign_refunds_pkey PRIMARY KEY (number),
  constraint foreign_refunds_checks_check CHECK ((checks >= 0)),
  constraint foreign_refunds_number_check CHECK (((char_length(number) >= 1) AND (char_length(number) <= 64))),
  constraint foreign_refunds_trade_number_check CHECK (((char_length(trade_number) >= 1) AND (char_length(trade_number) <= 64))),
  constraint foreign_refunds_account_id_fkey FOREIGN KEY (account_id) REFERENCES gateway_accounts(id) ON DELETE RESTRICT
);
CREATE INDEX foreign_refunds_due ON foreign_refunds USING btree (check_at) WHERE (check_at IS NOT NULL);
CREATE TRIGGER foreign_refunds_never_emptied BEFORE TRUNCATE ON foreign_refunds FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table gateway_accounts (
  id text not null,
  protocol text not null,
  app_id text not null,
  merchant_number text not null,
  sandbox boolean not null,
  sealed bytea not null,
  fingerprint bytea not null,
  status text not null default 'active'::text,
  created_at timestamp with time zone not null default now(),
  retired_at timestamp with time zone,
  notices_until timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint gateway_accounts_pkey PRIMARY KEY (id),
  constraint gateway_accounts_fingerprint_key UNIQUE (fingerprint),
  constraint gateway_accounts_protocol UNIQUE (id, protocol),
  constraint account_end CHECK (((status = 'retired'::text) OR ((notices_until IS NULL) AND (revoked_at IS NULL)))),
  constraint gateway_accounts_check CHECK (((status = 'retired'::text) = (retired_at IS NOT NULL))),
  constraint gateway_accounts_fingerprint_check CHECK ((octet_length(fingerprint) = 32)),
  constraint gateway_accounts_protocol_check CHECK ((protocol = ANY (ARRAY['v3'::text, 'v2'::text]))),
  constraint gateway_accounts_status_check CHECK ((status = ANY (ARRAY['active'::text, 'retired'::text])))
);
CREATE UNIQUE INDEX gateway_accounts_one_active ON gateway_accounts USING btree (status) WHERE (status = 'active'::text);
CREATE TRIGGER gateway_accounts_fixed BEFORE UPDATE ON gateway_accounts FOR EACH ROW WHEN (((((new.id IS DISTINCT FROM old.id) OR (new.protocol IS DISTINCT FROM old.protocol)) OR (new.app_id IS DISTINCT FROM old.app_id)) OR (new.merchant_number IS DISTINCT FROM old.merchant_number))) EXECUTE FUNCTION refuse_changed_account();
CREATE TRIGGER gateway_accounts_never_emptied BEFORE TRUNCATE ON gateway_accounts FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER gateway_accounts_revoked BEFORE UPDATE ON gateway_accounts FOR EACH ROW WHEN (((old.revoked_at IS NOT NULL) AND ((new.revoked_at IS NULL) OR (new.status <> 'retired'::text)))) EXECUTE FUNCTION refuse_revived_account();
CREATE TRIGGER gateway_accounts_sealed BEFORE INSERT OR UPDATE OF sealed ON gateway_accounts FOR EACH ROW EXECUTE FUNCTION check_sealed_under('sealed');

create table gateway_key_uses (
  merchant_number text not null,
  serial text not null,
  kind text not null,
  notices bigint not null default 0,
  answers bigint not null default 0,
  last_notice_at timestamp with time zone,
  last_answer_at timestamp with time zone,
  constraint gateway_key_uses_pkey PRIMARY KEY (merchant_number, serial),
  constraint gateway_key_uses_answers_check CHECK ((answers >= 0)),
  constraint gateway_key_uses_kind_check CHECK ((kind = ANY (ARRAY['certificate'::text, 'public_key'::text]))),
  constraint gateway_key_uses_notices_check CHECK ((notices >= 0)),
  constraint gateway_key_uses_serial_check CHECK (((char_length(serial) >= 1) AND (char_length(serial) <= 128)))
);

create table gateway_keys (
  account_id text not null,
  serial text not null,
  kind text not null,
  pem text not null,
  valid_from timestamp with time zone,
  valid_to timestamp with time zone,
  fetched_at timestamp with time zone not null default now(),
  constraint gateway_keys_pkey PRIMARY KEY (account_id, serial),
  constraint gateway_keys_kind_check CHECK ((kind = ANY (ARRAY['certificate'::text, 'public_key'::text]))),
  constraint gateway_keys_serial_check CHECK (((char_length(serial) >= 1) AND (char_length(serial) <= 128))),
  constraint gateway_keys_account_id_fkey FOREIGN KEY (account_id) REFERENCES gateway_accounts(id)
);

create table gateway_messages (
  id bigint not null generated always as identity,
  about text not null,
  number text not null,
  direction text not null,
  operation text not null,
  account_id text not null,
  protocol text not null,
  method text not null,
  target text not null,
  at timestamp with time zone not null,
  duration_ms integer not null,
  status smallint,
  result text not null,
  signature text,
  request_id text,
  request_head text not null,
  request_body bytea not null,
  request_bytes integer not null,
  answer_head text not null,
  answer_body bytea not null,
  answer_bytes integer not null,
  masked boolean not null,
  constraint gateway_messages_pkey PRIMARY KEY (id),
  constraint gateway_message_answer CHECK (((status IS NOT NULL) OR ((answer_bytes = 0) AND (answer_head = ''::text)))),
  constraint gateway_messages_about_check CHECK ((about = ANY (ARRAY['trade'::text, 'refund'::text]))),
  constraint gateway_messages_answer_body_check CHECK ((octet_length(answer_body) <= 16384)),
  constraint gateway_messages_answer_head_check CHECK ((char_length(answer_head) <= 4096)),
  constraint gateway_messages_check CHECK ((request_bytes >= octet_length(request_body))),
  constraint gateway_messages_check1 CHECK ((answer_bytes >= octet_length(answer_body))),
  constraint gateway_messages_direction_check CHECK ((direction = ANY (ARRAY['out'::text, 'in'::text]))),
  constraint gateway_messages_duration_ms_check CHECK ((duration_ms >= 0)),
  constraint gateway_messages_method_check CHECK ((method = ANY (ARRAY['GET'::text, 'POST'::text]))),
  constraint gateway_messages_number_check CHECK (((char_length(number) >= 1) AND (char_length(number) <= 64))),
  constraint gateway_messages_operation_check CHECK (((char_length(operation) >= 1) AND (char_length(operation) <= 40))),
  constraint gateway_messages_protocol_check CHECK ((protocol = ANY (ARRAY['v2'::text, 'v3'::text]))),
  constraint gateway_messages_request_body_check CHECK ((octet_length(request_body) <= 16384)),
  constraint gateway_messages_request_head_check CHECK ((char_length(request_head) <= 4096)),
  constraint gateway_messages_request_id_check CHECK ((char_length(request_id) <= 128)),
  constraint gateway_messages_result_check CHECK (((char_length(result) >= 1) AND (char_length(result) <= 200))),
  constraint gateway_messages_signature_check CHECK (((char_length(signature) >= 1) AND (char_length(signature) <= 40))),
  constraint gateway_messages_target_check CHECK (((char_length(target) >= 1) AND (char_length(target) <= 600)))
);
CREATE INDEX gateway_messages_age ON gateway_messages USING btree (at);
CREATE INDEX gateway_messages_of ON gateway_messages USING btree (number, about, operation, id);
CREATE TRIGGER gateway_messages_fixed BEFORE UPDATE ON gateway_messages FOR EACH ROW EXECUTE FUNCTION refuse_change();

create table health_minutes (
  minute timestamp with time zone not null,
  source text not null,
  figures jsonb not null,
  constraint health_minutes_pkey PRIMARY KEY (minute, source),
  constraint health_minutes_figures_check CHECK (((jsonb_typeof(figures) = 'object'::text) AND (octet_length((figures)::text) <= 2000))),
  constraint health_minutes_minute_check CHECK ((minute = date_trunc('minute'::text, minute, 'UTC'::text))),
  constraint health_minutes_source_check CHECK (((char_length(source) >= 1) AND (char_length(source) <= 200)))
);

create table heartbeats (
  process text not null,
  seen_at timestamp with time zone not null,
  constraint heartbeats_pkey PRIMARY KEY (process)
);

create table idempotency (
  api_key_id text not null,
  key text not null,
  digest bytea not null,
  status smallint,
  body text,
  lease_ends timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint idempotency_pkey PRIMARY KEY (api_key_id, key),
  constraint idempotency_check CHECK (((status IS NULL) = (body IS NULL))),
  constraint idempotency_check1 CHECK (((status IS NOT NULL) OR (lease_ends IS NOT NULL))),
  constraint idempotency_digest_check CHECK ((octet_length(digest) = 32)),
  constraint idempotency_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255))),
  constraint idempotency_status_check CHECK (((status >= 200) AND (status <= 399))),
  constraint idempotency_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES api_keys(id) ON DELETE CASCADE
);
CREATE INDEX idempotency_age ON idempotency USING btree (created_at);
CREATE TRIGGER idempotency_sealed BEFORE INSERT OR UPDATE OF body ON idempotency FOR EACH ROW WHEN ((new.body ~~ 'sealed:%'::text)) EXECUTE FUNCTION check_sealed_under();

create table insight_hours (
  starts_at timestamp with time zone not null,
  measure text not null,
  key text not null default ''::text,
  hits bigint not null,
  total bigint not null,
  constraint insight_hours_pkey PRIMARY KEY (starts_at, measure, key),
  constraint insight_hours_hits_check CHECK ((hits >= 0)),
  constraint insight_hours_measure_check CHECK ((measure = ANY (ARRAY['refund_count'::text, 'refund_amount'::text, 'notice_delay'::text, 'paid_unnoticed'::text, 'wechat_error'::text]))),
  constraint insight_hours_total_check CHECK ((total >= 0))
);

create table journal_entries (
  id bigint not null generated always as identity,
  cause text not null,
  order_id text,
  created_at timestamp with time zone not null,
  constraint journal_entries_pkey PRIMARY KEY (id),
  constraint journal_entries_cause_key UNIQUE (cause),
  constraint journal_entries_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE CONSTRAINT TRIGGER journal_balance AFTER INSERT ON journal_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_journal_balance();
CREATE TRIGGER journal_entries_fixed BEFORE DELETE OR UPDATE ON journal_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_entries_never_emptied BEFORE TRUNCATE ON journal_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table journal_lines (
  entry_id bigint not null,
  account text not null,
  debit bigint not null default 0,
  credit bigint not null default 0,
  constraint journal_lines_pkey PRIMARY KEY (entry_id, account),
  constraint journal_lines_account_check CHECK ((account = ANY (ARRAY['wechat_clearing'::text, 'sales'::text, 'discounts'::text, 'vouchers'::text, 'refunds'::text, 'owed_to_shoppers'::text, 'fees'::text, 'bank'::text]))),
  constraint journal_lines_credit_check CHECK ((credit >= 0)),
  constraint journal_lines_debit_check CHECK ((debit >= 0)),
  constraint journal_one_side CHECK (((debit = 0) <> (credit = 0))),
  constraint journal_lines_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES journal_entries(id)
);
CREATE TRIGGER journal_lines_complete AFTER INSERT ON journal_lines REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_lines();
CREATE TRIGGER journal_lines_fixed BEFORE DELETE OR UPDATE ON journal_lines FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_lines_never_emptied BEFORE TRUNCATE ON journal_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table learner_decisions (
  id bigint not null generated always as identity,
  order_id text not null,
  shopper_id text,
  context jsonb not null,
  arms jsonb not null,
  arm text not null,
  propensity double precision not null,
  p_none double precision not null,
  model_version integer not null,
  lambda double precision not null,
  seed text not null,
  unlearned text,
  sentence text,
  created_at timestamp with time zone not null,
  constraint learner_decisions_pkey PRIMARY KEY (id),
  constraint learner_decisions_order_id_key UNIQUE (order_id),
  constraint learner_decisions_arms_check CHECK ((jsonb_typeof(arms) = 'array'::text)),
  constraint learner_decisions_lambda_check CHECK (((lambda >= (0)::double precision) AND (lambda <= (20)::double precision))),
  constraint learner_decisions_model_version_check CHECK ((model_version >= 0)),
  constraint learner_decisions_p_none_check CHECK (((p_none >= (0.049999)::double precision) AND (p_none <= (1.000001)::double precision))),
  constraint learner_decisions_propensity_check CHECK (((propensity > (0)::double precision) AND (propensity <= (1)::double precision))),
  constraint learner_decisions_shopper_id_check CHECK ((char_length(shopper_id) <= 128)),
  constraint learner_decisions_unlearned_check CHECK ((unlearned = ANY (ARRAY['test'::text, 'staff'::text]))),
  constraint learner_decisions_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX learner_decisions_age ON learner_decisions USING btree (created_at);
CREATE INDEX learner_decisions_of_shopper ON learner_decisions USING btree (shopper_id, created_at) WHERE (shopper_id IS NOT NULL);
CREATE TRIGGER learner_decisions_fixed BEFORE DELETE OR UPDATE ON learner_decisions FOR EACH ROW EXECUTE FUNCTION refuse_changed_decision();
CREATE TRIGGER learner_decisions_never_emptied BEFORE TRUNCATE ON learner_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table learner_models (
  version integer not null,
  folded_to bigint not null,
  folded integer not null,
  arms jsonb not null,
  mean double precision[] not null,
  covariance double precision[] not null,
  coupons jsonb not null,
  stop_loss jsonb not null,
  created_at timestamp with time zone not null,
  constraint learner_models_pkey PRIMARY KEY (version),
  constraint learner_model_size CHECK ((cardinality(covariance) = (cardinality(mean) * cardinality(mean)))),
  constraint learner_models_folded_check CHECK ((folded >= 0)),
  constraint learner_models_version_check CHECK ((version >= 1)),
  constraint learner_models_folded_to_fkey FOREIGN KEY (folded_to) REFERENCES learner_outcomes(id)
);
CREATE TRIGGER learner_models_fixed BEFORE UPDATE ON learner_models FOR EACH ROW EXECUTE FUNCTION refuse_change();

create table learner_outcomes (
  id bigint not null generated always as identity,
  decision_id bigint,
  kind text not null,
  converted boolean not null,
  net_margin bigint not null,
  cost bigint not null,
  unlearned text,
  happened_at timestamp with time zone not null,
  resolved_at timestamp with time zone not null,
  constraint learner_outcomes_pkey PRIMARY KEY (id),
  constraint learner_outcomes_decision_id_kind_key UNIQUE (decision_id, kind),
  constraint learner_outcome_of CHECK (((kind = 'restart'::text) = (decision_id IS NULL))),
  constraint learner_outcomes_cost_check CHECK ((cost >= 0)),
  constraint learner_outcomes_kind_check CHECK ((kind = ANY (ARRAY['pay'::text, 'coupon'::text, 'restart'::text]))),
  constraint learner_outcomes_unlearned_check CHECK ((unlearned = ANY (ARRAY['test'::text, 'staff'::text, 'refunded'::text, 'own_choice'::text]))),
  constraint learner_outcomes_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES learner_decisions(id)
);
CREATE INDEX learner_outcomes_in_order ON learner_outcomes USING btree (resolved_at, id);
CREATE TRIGGER learner_outcomes_fixed BEFORE DELETE OR UPDATE ON learner_outcomes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER learner_outcomes_never_emptied BEFORE TRUNCATE ON learner_outcomes FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table learner_pace (
  id smallint not null default 1,
  lambda double precision not null default 0,
  shoppers integer not null default 0,
  paced_to bigint not null default 0,
  began_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint learner_pace_pkey PRIMARY KEY (id),
  constraint learner_pace_id_check CHECK ((id = 1)),
  constraint learner_pace_lambda_check CHECK (((lambda >= (0)::double precision) AND (lambda <= (20)::double precision))),
  constraint learner_pace_shoppers_check CHECK ((shoppers >= 0))
);

create table learner_settings (
  id smallint not null default 1,
  enabled boolean not null default true,
  stopped_by text,
  holdout double precision not null default 0.05,
  margins jsonb not null default '{}'::jsonb,
  costs jsonb not null default '{}'::jsonb,
  horizon_days integer not null default 30,
  updated_at timestamp with time zone not null default now(),
  constraint learner_settings_pkey PRIMARY KEY (id),
  constraint learner_settings_costs_check CHECK ((jsonb_typeof(costs) = 'object'::text)),
  constraint learner_settings_holdout_check CHECK (((holdout >= (0.05)::double precision) AND (holdout <= (1)::double precision))),
  constraint learner_settings_horizon_days_check CHECK (((horizon_days >= 1) AND (horizon_days <= 366))),
  constraint learner_settings_id_check CHECK ((id = 1)),
  constraint learner_settings_margins_check CHECK ((jsonb_typeof(margins) = 'object'::text)),
  constraint learner_settings_stopped_by_check CHECK ((stopped_by = ANY (ARRAY['person'::text, 'stop_loss'::text]))),
  constraint learner_stopped CHECK ((enabled = (stopped_by IS NULL)))
);

create table ledger_anchors (
  day date not null,
  journal_id bigint not null,
  journal_rows bigint not null,
  journal_hash bytea not null,
  audit_id bigint not null,
  audit_rows bigint not null,
  audit_hash bytea not null,
  made_at timestamp with time zone not null,
  check_at timestamp with time zone,
  tries integer not null default 0,
  kept_at timestamp with time zone,
  problem text,
  constraint ledger_anchors_pkey PRIMARY KEY (day),
  constraint anchor_to_do CHECK (((kept_at IS NULL) = (check_at IS NOT NULL))),
  constraint ledger_anchors_audit_hash_check CHECK ((octet_length(audit_hash) = 32)),
  constraint ledger_anchors_journal_hash_check CHECK ((octet_length(journal_hash) = 32)),
  constraint ledger_anchors_problem_check CHECK (((char_length(problem) >= 1) AND (char_length(problem) <= 300))),
  constraint ledger_anchors_tries_check CHECK ((tries >= 0))
);
CREATE INDEX ledger_anchors_due ON ledger_anchors USING btree (check_at) WHERE (check_at IS NOT NULL);
CREATE TRIGGER ledger_anchors_fixed BEFORE DELETE OR UPDATE ON ledger_anchors FOR EACH ROW EXECUTE FUNCTION refuse_changed_anchor();
CREATE TRIGGER ledger_anchors_never_emptied BEFORE TRUNCATE ON ledger_anchors FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table list_settings (
  user_id text not null,
  list text not null,
  columns text[] not null default '{}'::text[],
  default_view_id text,
  constraint list_settings_pkey PRIMARY KEY (user_id, list),
  constraint list_settings_columns_check CHECK ((cardinality(columns) <= 30)),
  constraint list_settings_list_check CHECK ((list = ANY (ARRAY['orders'::text, 'refunds'::text]))),
  constraint list_settings_default FOREIGN KEY (default_view_id, list) REFERENCES list_views(id, list),
  constraint list_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES admin_users(id)
);

create table list_views (
  id text not null,
  list text not null,
  owner_id text not null,
  name text not null,
  query text not null,
  shared boolean not null default false,
  created_at timestamp with time zone not null,
  constraint list_views_pkey PRIMARY KEY (id),
  constraint list_views_name UNIQUE (list, owner_id, name),
  constraint list_views_of_list UNIQUE (id, list),
  constraint list_views_id_check CHECK ((id ~ '^viw_[0-9a-z]{1,40}$'::text)),
  constraint list_views_list_check CHECK ((list = ANY (ARRAY['orders'::text, 'refunds'::text]))),
  constraint list_views_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 40))),
  constraint list_views_query_check CHECK ((char_length(query) <= 1000)),
  constraint list_views_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES admin_users(id)
);
CREATE INDEX list_views_shared ON list_views USING btree (list) WHERE shared;

create table master_key (
  id smallint not null default 1,
  key_id bytea not null,
  created_at timestamp with time zone not null default now(),
  root_sealed bytea,
  previous_key_id bytea,
  previous_refused boolean not null default false,
  rotated_at timestamp with time zone,
  constraint master_key_pkey PRIMARY KEY (id),
  constraint master_key_differ CHECK ((previous_key_id <> key_id)),
  constraint master_key_id_check CHECK ((id = 1)),
  constraint master_key_key_id_check CHECK ((octet_length(key_id) = 16)),
  constraint master_key_previous CHECK (((previous_key_id IS NOT NULL) OR (NOT previous_refused))),
  constraint master_key_previous_key_id_check CHECK ((octet_length(previous_key_id) = 16))
);

create table master_key_holders (
  process text not null,
  key_ids bytea[] not null,
  seals_with bytea not null,
  seen_at timestamp with time zone not null default now(),
  constraint master_key_holders_pkey PRIMARY KEY (process)
);

create table merchant (
  id smallint not null default 1,
  name text not null,
  updated_at timestamp with time zone not null default now(),
  industry text,
  brand jsonb,
  constraint merchant_pkey PRIMARY KEY (id),
  constraint merchant_brand_check CHECK ((jsonb_typeof(brand) = 'object'::text)),
  constraint merchant_id_check CHECK ((id = 1)),
  constraint merchant_industry_check CHECK (((char_length(industry) >= 1) AND (char_length(industry) <= 32))),
  constraint merchant_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 128)))
);

create table nonces (
  api_key_id text not null,
  nonce text not null,
  expires_at timestamp with time zone not null,
  constraint nonces_pkey PRIMARY KEY (api_key_id, nonce),
  constraint nonces_nonce_check CHECK (((char_length(nonce) >= 1) AND (char_length(nonce) <= 128))),
  constraint nonces_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES api_keys(id) ON DELETE CASCADE
);
CREATE INDEX nonces_expiry ON nonces USING btree (expires_at);

create table notification_channels (
  id text not null,
  kind text not null,
  name text not null,
  settings_sealed bytea not null,
  target text not null,
  events text[] not null,
  roles text[] not null default '{}'::text[],
  admin_user_id text,
  language text not null default 'zh-CN'::text,
  amount_min integer not null default 0,
  quiet_from smallint,
  quiet_to smallint,
  quiet_drops boolean not null default false,
  critical_passes boolean not null default true,
  created_at timestamp with time zone not null,
  created_by text not null,
  paused_at timestamp with time zone,
  disabled_at timestamp with time zone,
  disabled_why text,
  failing_since timestamp with time zone,
  failures integer not null default 0,
  retry_at timestamp with time zone,
  last_answer text,
  last_sent_at timestamp with time zone,
  leased_until timestamp with time zone,
  minute_from timestamp with time zone,
  minute_sent integer not null default 0,
  storm_until timestamp with time zone,
  device_hash bytea,
  constraint notification_channels_pkey PRIMARY KEY (id),
  constraint channel_device CHECK (((kind = 'web_push'::text) = (admin_user_id IS NOT NULL))),
  constraint channel_device_hash CHECK (((device_hash IS NULL) OR (kind = 'web_push'::text))),
  constraint channel_disabled CHECK (((disabled_at IS NULL) = (disabled_why IS NULL))),
  constraint channel_failing CHECK (((failing_since IS NULL) = (failures = 0))),
  constraint channel_quiet CHECK ((((quiet_from IS NULL) = (quiet_to IS NULL)) AND (quiet_from <> quiet_to))),
  constraint notification_channels_amount_min_check CHECK ((amount_min >= 0)),
  constraint notification_channels_created_by_check CHECK (((char_length(created_by) >= 1) AND (char_length(created_by) <= 254))),
  constraint notification_channels_device_hash_check CHECK ((octet_length(device_hash) = 32)),
  constraint notification_channels_disabled_why_check CHECK ((char_length(disabled_why) <= 300)),
  constraint notification_channels_events_check CHECK (((cardinality(events) >= 1) AND (events <@ ARRAY['payment_received'::text, 'refund_done'::text, 'refund_approval'::text, 'payment_trouble'::text, 'refund_trouble'::text, 'differences'::text, 'webhook'::text, 'credentials'::text, 'access'::text, 'backup'::text, 'worker'::text, 'disk'::text, 'silence'::text, 'channel'::text, 'other'::text]))),
  constraint notification_channels_failures_check CHECK ((failures >= 0)),
  constraint notification_channels_kind_check CHECK ((kind = ANY (ARRAY['wecom'::text, 'dingtalk'::text, 'feishu'::text, 'email'::text, 'webhook'::text, 'web_push'::text, 'official_account'::text]))),
  constraint notification_channels_language_check CHECK ((language ~ '^[a-z]{2}(-[A-Z]{2})?$'::text)),
  constraint notification_channels_last_answer_check CHECK ((char_length(last_answer) <= 300)),
  constraint notification_channels_minute_sent_check CHECK ((minute_sent >= 0)),
  constraint notification_channels_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 60))),
  constraint notification_channels_quiet_from_check CHECK (((quiet_from >= 0) AND (quiet_from <= 1439))),
  constraint notification_channels_quiet_to_check CHECK (((quiet_to >= 0) AND (quiet_to <= 1439))),
  constraint notification_channels_roles_check CHECK ((roles <@ ARRAY['owner'::text, 'finance'::text, 'clerk'::text, 'viewer'::text])),
  constraint notification_channels_target_check CHECK (((char_length(target) >= 1) AND (char_length(target) <= 200))),
  constraint notification_channels_admin_user_id_fkey FOREIGN KEY (admin_user_id) REFERENCES admin_users(id)
);
CREATE UNIQUE INDEX notification_channels_device ON notification_channels USING btree (device_hash);
CREATE TRIGGER notification_channels_sealed BEFORE INSERT OR UPDATE OF settings_sealed ON notification_channels FOR EACH ROW EXECUTE FUNCTION check_sealed_under('settings_sealed');
CREATE TRIGGER notification_channels_stopped AFTER UPDATE OF paused_at, disabled_at ON notification_channels FOR EACH ROW WHEN ((((old.paused_at IS NULL) AND (new.paused_at IS NOT NULL)) OR ((old.disabled_at IS NULL) AND (new.disabled_at IS NOT NULL)))) EXECUTE FUNCTION drop_waiting_of_channel();

create table notification_deliveries (
  notification_id bigint not null,
  channel_id text not null,
  status text not null default 'pending'::text,
  check_at timestamp with time zone,
  tries integer not null default 0,
  message_id text,
  last_answer text,
  ended_at timestamp with time zone,
  constraint notification_deliveries_pkey PRIMARY KEY (notification_id, channel_id),
  constraint notification_deliveries_last_answer_check CHECK ((char_length(last_answer) <= 300)),
  constraint notification_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'given_up'::text, 'skipped'::text]))),
  constraint notification_deliveries_tries_check CHECK ((tries >= 0)),
  constraint notification_to_do CHECK ((((status = 'pending'::text) = (check_at IS NOT NULL)) AND ((status = 'pending'::text) = (ended_at IS NULL)))),
  constraint notification_deliveries_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES notification_channels(id) ON DELETE CASCADE,
  constraint notification_deliveries_notification_id_fkey FOREIGN KEY (notification_id) REFERENCES notifications(id) ON DELETE CASCADE
);
CREATE INDEX notification_deliveries_due ON notification_deliveries USING btree (channel_id, check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX notification_deliveries_newest ON notification_deliveries USING btree (channel_id, notification_id DESC);

create table notifications (
  id bigint not null generated always as identity,
  event text not null,
  kind text not null,
  recovered boolean not null default false,
  critical boolean not null default false,
  order_id text,
  alert_id bigint,
  amount integer,
  detail jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null,
  person_id text,
  constraint notifications_pkey PRIMARY KEY (id),
  constraint notifications_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES alerts(id) ON DELETE CASCADE,
  constraint notifications_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint notifications_person_id_fkey FOREIGN KEY (person_id) REFERENCES admin_users(id)
);
CREATE INDEX notifications_age ON notifications USING btree (created_at);
CREATE INDEX notifications_of_alert ON notifications USING btree (alert_id) WHERE (alert_id IS NOT NULL);
CREATE INDEX notifications_of_order ON notifications USING btree (order_id) WHERE (order_id IS NOT NULL);
CREATE TRIGGER notifications_fixed BEFORE UPDATE ON notifications FOR EACH ROW EXECUTE FUNCTION refuse_change();

create table notify_receipts (
  account_id text not null,
  notice_id text not null,
  kind text not null,
  content jsonb not null,
  received_at timestamp with time zone not null,
  constraint notify_receipts_pkey PRIMARY KEY (account_id, notice_id),
  constraint notify_receipts_kind_check CHECK ((kind = ANY (ARRAY['payment'::text, 'refund'::text, 'other'::text]))),
  constraint notify_receipts_notice_id_check CHECK (((char_length(notice_id) >= 1) AND (char_length(notice_id) <= 128))),
  constraint notify_receipts_account_id_fkey FOREIGN KEY (account_id) REFERENCES gateway_accounts(id)
);
CREATE INDEX notify_receipts_age ON notify_receipts USING btree (received_at);
CREATE INDEX notify_receipts_trade ON notify_receipts USING btree (COALESCE(((content -> 'trade'::text) ->> 'number'::text), (content ->> 'tradeNumber'::text)));
CREATE TRIGGER notify_receipts_fixed BEFORE UPDATE ON notify_receipts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notify_receipts_kept BEFORE DELETE ON notify_receipts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notify_receipts_never_emptied BEFORE TRUNCATE ON notify_receipts FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table notify_rejections (
  minute timestamp with time zone not null,
  protocol text not null,
  reason text not null,
  count bigint not null default 1,
  constraint notify_rejections_pkey PRIMARY KEY (minute, protocol, reason),
  constraint notify_rejections_count_check CHECK ((count >= 1))
);

create table offer_decisions (
  id bigint not null generated always as identity,
  order_id text not null,
  engine text not null,
  inputs jsonb not null,
  applied jsonb not null,
  rejected jsonb not null,
  discount integer not null,
  optimal boolean not null,
  created_at timestamp with time zone not null,
  constraint offer_decisions_pkey PRIMARY KEY (id),
  constraint offer_decisions_discount_check CHECK ((discount >= 0)),
  constraint offer_decisions_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX offer_decisions_of_order ON offer_decisions USING btree (order_id);
CREATE TRIGGER offer_decisions_fixed BEFORE DELETE OR UPDATE ON offer_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER offer_decisions_never_emptied BEFORE TRUNCATE ON offer_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table order_days (
  basis text not null,
  dimension text not null,
  key text not null default ''::text,
  day date not null,
  status text not null,
  orders integer not null,
  due bigint not null,
  paid bigint not null,
  discount bigint not null,
  refunded bigint not null,
  constraint order_days_pkey PRIMARY KEY (basis, dimension, key, day, status),
  constraint order_days_basis_check CHECK ((basis = ANY (ARRAY['created'::text, 'paid'::text]))),
  constraint order_days_check CHECK (((refunded >= 0) AND (refunded <= paid))),
  constraint order_days_check1 CHECK (((dimension <> 'all'::text) OR (key = ''::text))),
  constraint order_days_check2 CHECK (((basis <> 'paid'::text) OR (status <> 'closed'::text))),
  constraint order_days_dimension_check CHECK ((dimension = ANY (ARRAY['all'::text, 'channel'::text, 'scene'::text, 'store'::text, 'till'::text, 'cashier'::text, 'code'::text, 'offer'::text]))),
  constraint order_days_discount_check CHECK ((discount >= 0)),
  constraint order_days_due_check CHECK ((due >= 1)),
  constraint order_days_key_check CHECK ((char_length(key) <= 64)),
  constraint order_days_orders_check CHECK ((orders >= 1)),
  constraint order_days_paid_check CHECK ((paid >= 0)),
  constraint order_days_status_check CHECK ((status = ANY (ARRAY['closed'::text, 'paid'::text, 'partially_refunded'::text, 'refunded'::text])))
);
CREATE INDEX order_days_of_day ON order_days USING btree (day);

create table order_days_progress (
  id smallint not null default 1,
  rolled_to timestamp with time zone not null default '1970-01-01 00:00:00+00'::timestamp with time zone,
  journal_to bigint not null default 0,
  audit_to bigint not null default 0,
  constraint order_days_progress_pkey PRIMARY KEY (id),
  constraint order_days_progress_id_check CHECK ((id = 1))
);

create table order_items (
  id text not null,
  order_id text not null,
  position integer not null,
  name text not null,
  sku text,
  category text,
  unit_amount integer not null,
  quantity integer not null,
  discount integer not null default 0,
  constraint order_items_pkey PRIMARY KEY (id),
  constraint order_items_order_id_position_key UNIQUE (order_id, "position"),
  constraint order_item_discount CHECK ((discount <= ((unit_amount)::bigint * quantity))),
  constraint order_items_category_check CHECK ((char_length(category) <= 64)),
  constraint order_items_discount_check CHECK ((discount >= 0)),
  constraint order_items_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 256))),
  constraint order_items_position_check CHECK ((("position" >= 0) AND ("position" <= 999))),
  constraint order_items_quantity_check CHECK (((quantity >= 1) AND (quantity <= 100000))),
  constraint order_items_sku_check CHECK ((char_length(sku) <= 64)),
  constraint order_items_unit_amount_check CHECK ((unit_amount >= 0)),
  constraint order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE TRIGGER order_items_fixed BEFORE DELETE OR UPDATE ON order_items FOR EACH ROW EXECUTE FUNCTION refuse_changed_item();
CREATE TRIGGER order_items_never_emptied BEFORE TRUNCATE ON order_items FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE CONSTRAINT TRIGGER order_items_sums AFTER UPDATE OF discount ON order_items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.discount <> old.discount)) EXECUTE FUNCTION check_item_sums();

create table order_search (
  order_id text not null,
  created_at timestamp with time zone not null,
  week integer not null,
  text text not null,
  constraint order_search_pkey PRIMARY KEY (order_id),
  constraint order_search_check CHECK (((week)::numeric = floor((EXTRACT(epoch FROM created_at) / (604800)::numeric)))),
  constraint order_search_text_check CHECK ((char_length(text) <= 2000)),
  constraint order_search_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX order_search_pieces ON order_search USING gin (search_pieces(week, text)) WITH (fastupdate=off);

create table order_search_progress (
  id smallint not null default 1,
  indexed_to timestamp with time zone not null default '1970-01-01 00:00:00+00'::timestamp with time zone,
  journal_to bigint not null default 0,
  constraint order_search_progress_pkey PRIMARY KEY (id),
  constraint order_search_progress_id_check CHECK ((id = 1))
);

create table order_shoppers (
  order_id text not null,
  shopper_id text not null,
  linked_at timestamp with time zone not null,
  constraint order_shoppers_pkey PRIMARY KEY (order_id),
  constraint order_shoppers_shopper_id_check CHECK ((shopper_id ~ '^shp_[A-Za-z0-9_-]{22}$'::text)),
  constraint order_shoppers_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX order_shoppers_age ON order_shoppers USING btree (linked_at);
CREATE INDEX order_shoppers_of ON order_shoppers USING btree (shopper_id, linked_at);

create table orders (
  id text not null,
  out_trade_no text not null,
  status text not null default 'pending'::text,
  version integer not null default 1,
  amount_total integer not null,
  amount_discount integer not null default 0,
  amount_due integer not null,
  description text not null,
  metadata jsonb not null default '{}'::jsonb,
  discounts jsonb not null default '[]'::jsonb,
  scene text,
  return_url text,
  shopper_id text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  closed_at timestamp with time zone,
  seen_at timestamp with time zone,
  check_at timestamp with time zone,
  goods_tag text,
  scene_decision jsonb,
  offers text[] not null default '{}'::text[],
  priced_channel text,
  store_id text,
  till_id text,
  cashier_id text,
  constraint orders_pkey PRIMARY KEY (id),
  constraint orders_out_trade_no_key UNIQUE (out_trade_no),
  constraint order_closed CHECK (((status <> 'closed'::text) OR (closed_at IS NOT NULL))),
  constraint order_due CHECK ((amount_due = (amount_total - amount_discount))),
  constraint order_paid CHECK (((status = 'paid'::text) = (paid_at IS NOT NULL))),
  constraint order_place CHECK ((((till_id IS NULL) OR (store_id IS NOT NULL)) AND ((cashier_id IS NULL) OR (till_id IS NOT NULL)))),
  constraint order_scene CHECK (((scene_decision IS NULL) OR (NOT (scene IS DISTINCT FROM (scene_decision ->> 'scene'::text))))),
  constraint order_times CHECK ((expires_at > created_at)),
  constraint order_to_do CHECK (((status <> 'pending'::text) OR (check_at IS NOT NULL))),
  constraint orders_amount_discount_check CHECK ((amount_discount >= 0)),
  constraint orders_amount_due_check CHECK ((amount_due >= 1)),
  constraint orders_amount_total_check CHECK (((amount_total >= 1) AND (amount_total <= 1000000000))),
  constraint orders_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 127))),
  constraint orders_discounts_check CHECK ((jsonb_typeof(discounts) = 'array'::text)),
  constraint orders_goods_tag_check CHECK (((char_length(goods_tag) >= 1) AND (char_length(goods_tag) <= 32))),
  constraint orders_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
  constraint orders_offers_check CHECK ((cardinality(offers) <= 8)),
  constraint orders_out_trade_no_check CHECK ((out_trade_no ~ '^[0-9A-Za-z_-]{6,28}$'::text)),
  constraint orders_return_url_check CHECK ((char_length(return_url) <= 2048)),
  constraint orders_scene_decision_check CHECK ((jsonb_typeof(scene_decision) = 'object'::text)),
  constraint orders_shopper_id_check CHECK ((char_length(shopper_id) <= 128)),
  constraint orders_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'paid'::text, 'closed'::text]))),
  constraint orders_version_check CHECK ((version >= 1)),
  constraint order_till FOREIGN KEY (till_id, store_id) REFERENCES tills(id, store_id),
  constraint orders_cashier_id_fkey FOREIGN KEY (cashier_id) REFERENCES cashiers(id),
  constraint orders_store_id_fkey FOREIGN KEY (store_id) REFERENCES stores(id)
);
CREATE INDEX orders_by_due ON orders USING btree (amount_due, created_at DESC, id DESC);
CREATE INDEX orders_by_shopper_end ON orders USING btree (reverse(shopper_id) text_pattern_ops) WHERE (shopper_id IS NOT NULL);
CREATE INDEX orders_by_status ON orders USING btree (status, created_at DESC, id DESC);
CREATE INDEX orders_by_total_before_discount ON orders USING btree (amount_total, created_at DESC, id DESC) WHERE (amount_discount > 0);
CREATE INDEX orders_due ON orders USING btree (check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX orders_newest ON orders USING btree (created_at DESC, id DESC);
CREATE INDEX orders_of_cashier ON orders USING btree (cashier_id, created_at DESC, id DESC) WHERE (cashier_id IS NOT NULL);
CREATE INDEX orders_of_shopper ON orders USING btree (shopper_id) WHERE (shopper_id IS NOT NULL);
CREATE INDEX orders_of_store ON orders USING btree (store_id, created_at DESC, id DESC) WHERE (store_id IS NOT NULL);
CREATE INDEX orders_of_till ON orders USING btree (till_id, created_at DESC, id DESC) WHERE (till_id IS NOT NULL);
CREATE INDEX orders_paid_of_shopper ON orders USING btree (shopper_id) WHERE ((shopper_id IS NOT NULL) AND (status = 'paid'::text));
CREATE TRIGGER orders_collected AFTER UPDATE OF status ON orders FOR EACH ROW WHEN (((new.status = 'paid'::text) AND (old.status <> 'paid'::text))) EXECUTE FUNCTION note_collected();
CREATE CONSTRAINT TRIGGER orders_ended AFTER INSERT OR UPDATE OF status ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.status <> 'pending'::text)) EXECUTE FUNCTION check_order_end();
CREATE TRIGGER orders_fixed BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION refuse_changed_order();
CREATE TRIGGER orders_goods_tag_fixed BEFORE UPDATE OF goods_tag ON orders FOR EACH ROW WHEN ((new.goods_tag IS DISTINCT FROM old.goods_tag)) EXECUTE FUNCTION refuse_changed_goods_tag();
CREATE TRIGGER orders_never_emptied BEFORE TRUNCATE ON orders FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER orders_place_fixed BEFORE UPDATE OF store_id, till_id, cashier_id ON orders FOR EACH ROW WHEN ((((new.store_id IS DISTINCT FROM old.store_id) OR (new.till_id IS DISTINCT FROM old.till_id)) OR (new.cashier_id IS DISTINCT FROM old.cashier_id))) EXECUTE FUNCTION refuse_changed_order_place();
CREATE CONSTRAINT TRIGGER orders_price AFTER UPDATE OF amount_discount ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.amount_discount <> old.amount_discount)) EXECUTE FUNCTION check_order_price();
CREATE CONSTRAINT TRIGGER orders_sums AFTER INSERT OR UPDATE OF amount_total, amount_discount ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_order_sums();

create table page_plans (
  order_id text not null,
  digest bytea not null,
  plan jsonb not null,
  created_at timestamp with time zone not null,
  constraint page_plans_pkey PRIMARY KEY (order_id, digest),
  constraint page_plans_digest_check CHECK ((octet_length(digest) = 32)),
  constraint page_plans_plan_check CHECK ((jsonb_typeof(plan) = 'object'::text)),
  constraint page_plans_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX page_plans_oldest ON page_plans USING btree (created_at);
CREATE TRIGGER page_plans_fixed BEFORE UPDATE ON page_plans FOR EACH ROW EXECUTE FUNCTION refuse_change();

create table payment_attempts (
  id text not null,
  order_id text not null,
  sequence integer not null,
  account_id text not null,
  number text not null,
  channel text not null,
  status text not null default 'opening'::text,
  amount_due integer not null,
  payer_ref text,
  handover jsonb,
  handover_at timestamp with time zone,
  transaction_id text,
  verdict text,
  resolution text,
  amount_paid integer not null default 0,
  payer_amount integer,
  refund_held integer not null default 0,
  refunded integer not null default 0,
  failure text,
  created_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  ended_at timestamp with time zone,
  check_at timestamp with time zone,
  reverse_since timestamp with time zone,
  amount_settled integer not null default 0,
  vouchers jsonb not null default '[]'::jsonb,
  protocol text not null,
  confirmed_by text,
  confirmed_account_id text,
  confirmed_protocol text,
  paid_at_is_ours boolean not null default false,
  constraint payment_attempts_pkey PRIMARY KEY (id),
  constraint payment_attempts_number_key UNIQUE (number),
  constraint payment_attempts_order_id_sequence_key UNIQUE (order_id, sequence),
  constraint payment_attempts_transaction_id_key UNIQUE (transaction_id),
  constraint attempt_confirmed CHECK (((status = 'succeeded'::text) = (confirmed_by IS NOT NULL))),
  constraint attempt_confirmed_where CHECK (((confirmed_by IS NULL) OR (confirmed_by = 'unrecorded'::text) OR ((confirmed_account_id IS NOT NULL) AND (confirmed_protocol IS NOT NULL)))),
  constraint attempt_handover CHECK (((handover IS NULL) = (handover_at IS NULL))),
  constraint attempt_own_notice CHECK (((confirmed_by <> 'notice'::text) OR ((confirmed_account_id = account_id) AND (confirmed_protocol = protocol)))),
  constraint attempt_paid CHECK (((status = 'succeeded'::text) = ((verdict IS NOT NULL) AND (transaction_id IS NOT NULL) AND (paid_at IS NOT NULL)))),
  constraint attempt_refunds CHECK ((((refund_held)::bigint + refunded) <= amount_paid)),
  constraint attempt_resolution CHECK ((((verdict = ANY (ARRAY['late'::text, 'extra'::text, 'mismatch'::text])) = (resolution IS NOT NULL)) OR (verdict = 'settles'::text))),
  constraint attempt_reversal CHECK (((reverse_since IS NULL) OR ((channel = 'codepay'::text) AND (status <> 'succeeded'::text)))),
  constraint attempt_settled CHECK ((amount_settled <= amount_paid)),
  constraint attempt_to_do CHECK (((status <> ALL (ARRAY['opening'::text, 'waiting'::text])) OR (check_at IS NOT NULL))),
  constraint attempt_vouchers CHECK ((jsonb_typeof(vouchers) = 'array'::text)),
  constraint payment_attempts_amount_due_check CHECK ((amount_due >= 1)),
  constraint payment_attempts_amount_paid_check CHECK ((amount_paid >= 0)),
  constraint payment_attempts_amount_settled_check CHECK ((amount_settled >= 0)),
  constraint payment_attempts_channel_check CHECK ((channel = ANY (ARRAY['native'::text, 'jsapi'::text, 'h5'::text, 'miniprogram'::text, 'codepay'::text]))),
  constraint payment_attempts_confirmed_by_check CHECK ((confirmed_by = ANY (ARRAY['notice'::text, 'query'::text, 'unrecorded'::text]))),
  constraint payment_attempts_confirmed_protocol_check CHECK ((confirmed_protocol = ANY (ARRAY['v3'::text, 'v2'::text]))),
  constraint payment_attempts_number_check CHECK (((char_length(number) >= 6) AND (char_length(number) <= 32))),
  constraint payment_attempts_payer_amount_check CHECK ((payer_amount >= 0)),
  constraint payment_attempts_protocol_check CHECK ((protocol = ANY (ARRAY['v3'::text, 'v2'::text]))),
  constraint payment_attempts_refund_held_check CHECK ((refund_held >= 0)),
  constraint payment_attempts_refunded_check CHECK ((refunded >= 0)),
  constraint payment_attempts_resolution_check CHECK ((resolution = ANY (ARRAY['open'::text, 'refunding'::text, 'refunded'::text, 'accepted'::text]))),
  constraint payment_attempts_sequence_check CHECK (((sequence >= 1) AND (sequence <= 99999))),
  constraint payment_attempts_status_check CHECK ((status = ANY (ARRAY['opening'::text, 'waiting'::text, 'succeeded'::text, 'failed'::text, 'closed'::text]))),
  constraint payment_attempts_transaction_id_check CHECK (((char_length(transaction_id) >= 1) AND (char_length(transaction_id) <= 64))),
  constraint payment_attempts_verdict_check CHECK ((verdict = ANY (ARRAY['settles'::text, 'late'::text, 'extra'::text, 'mismatch'::text]))),
  constraint attempt_account FOREIGN KEY (account_id, protocol) REFERENCES gateway_accounts(id, protocol) ON DELETE RESTRICT,
  constraint payment_attempts_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX attempts_due ON payment_attempts USING btree (check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX attempts_given_back ON payment_attempts USING btree (paid_at) INCLUDE (order_id, refunded, amount_paid) WHERE ((verdict = 'settles'::text) AND (refunded > 0));
CREATE UNIQUE INDEX attempts_one_live ON payment_attempts USING btree (order_id) WHERE (status = ANY (ARRAY['opening'::text, 'waiting'::text]));
CREATE UNIQUE INDEX attempts_one_settles ON payment_attempts USING btree (order_id) WHERE (verdict = 'settles'::text);
CREATE INDEX attempts_open_money ON payment_attempts USING btree (order_id) WHERE (resolution = 'open'::text);
CREATE INDEX attempts_paid ON payment_attempts USING btree (paid_at) WHERE (status = 'succeeded'::text);
CREATE INDEX attempts_settled ON payment_attempts USING btree (paid_at) INCLUDE (amount_paid) WHERE (verdict = 'settles'::text);
CREATE TRIGGER attempts_fixed BEFORE UPDATE ON payment_attempts FOR EACH ROW EXECUTE FUNCTION refuse_changed_payment();
CREATE TRIGGER attempts_noted AFTER INSERT OR UPDATE OF status ON payment_attempts FOR EACH ROW WHEN ((new.status = 'succeeded'::text)) EXECUTE FUNCTION note_payment();
CREATE CONSTRAINT TRIGGER attempts_price AFTER INSERT ON payment_attempts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.status = ANY (ARRAY['opening'::text, 'waiting'::text]))) EXECUTE FUNCTION check_attempt_price();
CREATE TRIGGER attempts_protocol BEFORE INSERT ON payment_attempts FOR EACH ROW EXECUTE FUNCTION take_account_protocol();
CREATE CONSTRAINT TRIGGER attempts_refund_sums AFTER UPDATE OF refund_held, refunded ON payment_attempts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund_sums();
CREATE TRIGGER attempts_return_uses AFTER UPDATE OF refunded ON payment_attempts FOR EACH ROW WHEN (((new.verdict = 'settles'::text) AND (new.refunded >= new.amount_paid) AND (new.refunded > old.refunded))) EXECUTE FUNCTION return_uses();
CREATE TRIGGER attempts_settlement_fixed BEFORE UPDATE OF amount_settled, vouchers, payer_amount ON payment_attempts FOR EACH ROW WHEN (((old.status = 'succeeded'::text) AND (((new.amount_settled IS DISTINCT FROM old.amount_settled) OR (new.vouchers IS DISTINCT FROM old.vouchers)) OR (new.payer_amount IS DISTINCT FROM old.payer_amount)))) EXECUTE FUNCTION refuse_changed_settlement();
CREATE TRIGGER payment_attempts_never_emptied BEFORE TRUNCATE ON payment_attempts FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table print_jobs (
  id bigint not null generated always as identity,
  printer_id text not null,
  kind text not null,
  order_id text,
  refund_id text,
  shift_id text,
  automatic boolean not null default false,
  reprint boolean not null default false,
  status text not null default 'pending'::text,
  check_at timestamp with time zone,
  tries integer not null default 0,
  last_answer text,
  created_at timestamp with time zone not null,
  created_by text,
  sent_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint print_jobs_pkey PRIMARY KEY (id),
  constraint print_job_by CHECK ((automatic = (created_by IS NULL))),
  constraint print_job_of CHECK (
CASE kind
    WHEN 'receipt'::text THEN ((order_id IS NOT NULL) AND (refund_id IS NULL) AND (shift_id IS NULL))
    WHEN 'refund'::text THEN ((order_id IS NOT NULL) AND (refund_id IS NOT NULL) AND (shift_id IS NULL))
    WHEN 'shift'::text THEN ((order_id IS NULL) AND (refund_id IS NULL) AND (shift_id IS NOT NULL))
    ELSE ((order_id IS NULL) AND (refund_id IS NULL) AND (shift_id IS NULL))
END),
  constraint print_job_sent CHECK (((status = ANY (ARRAY['sending'::text, 'printed'::text, 'unknown'::text])) <= (sent_at IS NOT NULL))),
  constraint print_job_to_do CHECK ((((status = ANY (ARRAY['pending'::text, 'sending'::text])) = (check_at IS NOT NULL)) AND ((status = ANY (ARRAY['pending'::text, 'sending'::text])) = (ended_at IS NULL)))),
  constraint print_jobs_created_by_check CHECK (((char_length(created_by) >= 1) AND (char_length(created_by) <= 254))),
  constraint print_jobs_kind_check CHECK ((kind = ANY (ARRAY['receipt'::text, 'refund'::text, 'shift'::text, 'test'::text]))),
  constraint print_jobs_last_answer_check CHECK ((char_length(last_answer) <= 300)),
  constraint print_jobs_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sending'::text, 'printed'::text, 'unknown'::text, 'cancelled'::text]))),
  constraint print_jobs_tries_check CHECK ((tries >= 0)),
  constraint print_jobs_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint print_jobs_printer_id_fkey FOREIGN KEY (printer_id) REFERENCES printers(id) ON DELETE CASCADE,
  constraint print_jobs_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES refunds(id),
  constraint print_jobs_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES shifts(id)
);
CREATE INDEX print_jobs_age ON print_jobs USING btree (created_at);
CREATE UNIQUE INDEX print_jobs_automatic ON print_jobs USING btree (printer_id, order_id, COALESCE(refund_id, ''::text)) WHERE automatic;
CREATE INDEX print_jobs_due ON print_jobs USING btree (printer_id, check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX print_jobs_newest ON print_jobs USING btree (printer_id, id DESC);
CREATE INDEX print_jobs_of_order ON print_jobs USING btree (order_id) WHERE (order_id IS NOT NULL);
CREATE INDEX print_jobs_of_shift ON print_jobs USING btree (shift_id) WHERE (shift_id IS NOT NULL);
CREATE TRIGGER print_jobs_move BEFORE UPDATE OF status ON print_jobs FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION print_job_moves();

create table printers (
  id text not null,
  kind text not null,
  name text not null,
  settings_sealed bytea not null,
  target text not null,
  store_id text,
  till_id text,
  width smallint not null,
  copies smallint not null default 1,
  automatic boolean not null default true,
  language text not null default 'zh-CN'::text,
  created_at timestamp with time zone not null,
  created_by text not null,
  paused_at timestamp with time zone,
  trouble text,
  failing_since timestamp with time zone,
  failures integer not null default 0,
  retry_at timestamp with time zone,
  last_answer text,
  last_printed_at timestamp with time zone,
  leased_until timestamp with time zone,
  constraint printers_pkey PRIMARY KEY (id),
  constraint printer_failing CHECK ((((failing_since IS NULL) = (failures = 0)) AND ((trouble IS NULL) = (failures = 0)))),
  constraint printer_place CHECK (((till_id IS NULL) OR (store_id IS NOT NULL))),
  constraint printers_copies_check CHECK (((copies >= 1) AND (copies <= 5))),
  constraint printers_created_by_check CHECK (((char_length(created_by) >= 1) AND (char_length(created_by) <= 254))),
  constraint printers_failures_check CHECK ((failures >= 0)),
  constraint printers_kind_check CHECK ((kind = ANY (ARRAY['network'::text, 'feie'::text]))),
  constraint printers_language_check CHECK ((language ~ '^[a-z]{2}(-[A-Z]{2})?$'::text)),
  constraint printers_last_answer_check CHECK ((char_length(last_answer) <= 300)),
  constraint printers_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 60))),
  constraint printers_target_check CHECK (((char_length(target) >= 1) AND (char_length(target) <= 200))),
  constraint printers_trouble_check CHECK ((trouble = ANY (ARRAY['paper_out'::text, 'cover_open'::text, 'offline'::text, 'refused'::text, 'unanswered'::text]))),
  constraint printers_width_check CHECK ((width = ANY (ARRAY[58, 80]))),
  constraint printer_till FOREIGN KEY (till_id, store_id) REFERENCES tills(id, store_id),
  constraint printers_store_id_fkey FOREIGN KEY (store_id) REFERENCES stores(id)
);
CREATE TRIGGER printers_sealed BEFORE INSERT OR UPDATE OF settings_sealed ON printers FOR EACH ROW EXECUTE FUNCTION check_sealed_under('settings_sealed');
CREATE TRIGGER printers_stopped AFTER UPDATE OF paused_at ON printers FOR EACH ROW WHEN (((old.paused_at IS NULL) AND (new.paused_at IS NOT NULL))) EXECUTE FUNCTION drop_jobs_of_printer();

create table process_figures (
  process text not null,
  figures text not null,
  taken_at timestamp with time zone not null,
  constraint process_figures_pkey PRIMARY KEY (process),
  constraint process_figures_figures_check CHECK ((octet_length(figures) <= 262144)),
  constraint process_figures_process_check CHECK ((char_length(process) <= 255))
);

create table promotion_codes (
  id bigint not null generated always as identity,
  promotion_id text not null,
  code text not null,
  key text not null generated always as (promotion_code_key(code)) stored,
  max_uses integer,
  uses integer not null default 0,
  label text,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint promotion_codes_pkey PRIMARY KEY (id),
  constraint promotion_code_owner UNIQUE (promotion_id, id),
  constraint promotion_code_uses CHECK (((uses >= 0) AND ((max_uses IS NULL) OR (uses <= max_uses)))),
  constraint promotion_codes_code_check CHECK (((char_length(code) >= 1) AND (char_length(code) <= 64))),
  constraint promotion_codes_key_check CHECK ((key <> ''::text)),
  constraint promotion_codes_label_check CHECK (((char_length(label) >= 1) AND (char_length(label) <= 64))),
  constraint promotion_codes_max_uses_check CHECK ((max_uses >= 1)),
  constraint promotion_codes_promotion_id_fkey FOREIGN KEY (promotion_id) REFERENCES promotions(id)
);
CREATE INDEX promotion_codes_by_key ON promotion_codes USING btree (key text_pattern_ops, id);
CREATE UNIQUE INDEX promotion_codes_in_use ON promotion_codes USING btree (key) WHERE (revoked_at IS NULL);
CREATE TRIGGER promotion_codes_change BEFORE INSERT OR DELETE OR UPDATE ON promotion_codes FOR EACH ROW EXECUTE FUNCTION check_promotion_code();
CREATE TRIGGER promotion_codes_never_emptied BEFORE TRUNCATE ON promotion_codes FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table promotion_shopper_uses (
  promotion_id text not null,
  shopper_id text not null,
  uses integer not null,
  constraint promotion_shopper_uses_pkey PRIMARY KEY (promotion_id, shopper_id),
  constraint promotion_shopper_uses_shopper_id_check CHECK ((char_length(shopper_id) <= 128)),
  constraint promotion_shopper_uses_uses_check CHECK ((uses >= 0)),
  constraint promotion_shopper_uses_promotion_id_fkey FOREIGN KEY (promotion_id) REFERENCES promotions(id)
);
CREATE INDEX promotion_shopper_uses_of ON promotion_shopper_uses USING btree (shopper_id);
CREATE TRIGGER promotion_shopper_uses_kept BEFORE DELETE ON promotion_shopper_uses FOR EACH ROW EXECUTE FUNCTION refuse_lost_count();
CREATE TRIGGER promotion_shopper_uses_limit BEFORE INSERT OR UPDATE ON promotion_shopper_uses FOR EACH ROW EXECUTE FUNCTION check_shopper_uses();
CREATE TRIGGER promotion_shopper_uses_never_emptied BEFORE TRUNCATE ON promotion_shopper_uses FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table promotion_uses (
  order_id text not null,
  promotion_id text not null,
  version integer not null,
  shopper_id text,
  amount integer not null,
  draw integer,
  state text not null default 'reserved'::text,
  created_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  use_returned boolean not null default false,
  code_id bigint,
  constraint promotion_uses_pkey PRIMARY KEY (order_id, promotion_id),
  constraint promotion_use_returned CHECK (((NOT use_returned) OR (state = 'spent'::text))),
  constraint promotion_use_settled CHECK (((state = 'reserved'::text) = (settled_at IS NULL))),
  constraint promotion_uses_amount_check CHECK ((amount >= 1)),
  constraint promotion_uses_draw_check CHECK ((draw >= 1)),
  constraint promotion_uses_shopper_id_check CHECK ((char_length(shopper_id) <= 128)),
  constraint promotion_uses_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'spent'::text, 'returned'::text, 'dropped'::text]))),
  constraint promotion_uses_code FOREIGN KEY (promotion_id, code_id) REFERENCES promotion_codes(promotion_id, id),
  constraint promotion_uses_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint promotion_uses_promotion_id_version_fkey FOREIGN KEY (promotion_id, version) REFERENCES promotion_versions(promotion_id, version)
);
CREATE INDEX promotion_uses_of_code ON promotion_uses USING btree (code_id) WHERE (code_id IS NOT NULL);
CREATE INDEX promotion_uses_of_promotion ON promotion_uses USING btree (promotion_id, created_at);
CREATE INDEX promotion_uses_of_shopper ON promotion_uses USING btree (shopper_id) WHERE (shopper_id IS NOT NULL);
CREATE TRIGGER promotion_uses_claimed AFTER INSERT ON promotion_uses FOR EACH ROW EXECUTE FUNCTION count_promotion_use();
CREATE TRIGGER promotion_uses_fixed BEFORE UPDATE ON promotion_uses FOR EACH ROW WHEN ((NOT ((new.shopper_id IS NULL) AND (old.shopper_id IS NOT NULL) AND ((to_jsonb(new.*) - 'shopper_id'::text) = (to_jsonb(old.*) - 'shopper_id'::text))))) EXECUTE FUNCTION refuse_changed_use();
CREATE TRIGGER promotion_uses_kept BEFORE DELETE ON promotion_uses FOR EACH ROW EXECUTE FUNCTION refuse_changed_use();
CREATE TRIGGER promotion_uses_never_emptied BEFORE TRUNCATE ON promotion_uses FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE CONSTRAINT TRIGGER promotion_uses_of_order AFTER INSERT OR UPDATE OF state, amount ON promotion_uses DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_promotion_use();
CREATE TRIGGER promotion_uses_settled AFTER UPDATE ON promotion_uses FOR EACH ROW WHEN ((((((old.state IS DISTINCT FROM new.state) OR (old.amount IS DISTINCT FROM new.amount)) OR (old.version IS DISTINCT FROM new.version)) OR (old.use_returned IS DISTINCT FROM new.use_returned)) OR (old.code_id IS DISTINCT FROM new.code_id))) EXECUTE FUNCTION count_promotion_use();

create table promotion_versions (
  promotion_id text not null,
  version integer not null,
  definition jsonb not null,
  budget bigint,
  limit_total integer,
  created_at timestamp with time zone not null,
  constraint promotion_versions_pkey PRIMARY KEY (promotion_id, version),
  constraint promotion_versions_promotion_id_fkey FOREIGN KEY (promotion_id) REFERENCES promotions(id)
);
CREATE TRIGGER promotion_versions_fixed BEFORE DELETE OR UPDATE ON promotion_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER promotion_versions_never_emptied BEFORE TRUNCATE ON promotion_versions FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table promotions (
  id text not null,
  version integer not null default 1,
  definition jsonb not null,
  status text not null default 'active'::text,
  budget bigint,
  spent bigint not null default 0,
  reserved bigint not null default 0,
  limit_total integer,
  uses integer not null default 0,
  limit_per_user integer generated always as (((definition ->> 'limitPerUser'::text))::integer) stored,
  code text generated always as ((definition ->> 'code'::text)) stored,
  optional boolean not null generated always as (COALESCE(((definition ->> 'optional'::text))::boolean, false)) stored,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  archived_at timestamp with time zone,
  paused_at timestamp with time zone,
  code_key text generated always as (promotion_code_key((definition ->> 'code'::text))) stored,
  needs_code boolean not null generated always as (COALESCE(((definition ->> 'needsCode'::text))::boolean, false)) stored,
  constraint promotions_pkey PRIMARY KEY (id),
  constraint promotion_archived CHECK (((status = 'archived'::text) = (archived_at IS NOT NULL))),
  constraint promotion_budget CHECK (((spent + reserved) <= budget)),
  constraint promotion_code_once CHECK ((NOT (needs_code AND (code IS NOT NULL)))),
  constraint promotion_limit_total CHECK ((uses <= limit_total)),
  constraint promotion_paused CHECK (((status = 'paused'::text) = (paused_at IS NOT NULL))),
  constraint promotions_budget_check CHECK ((budget >= 0)),
  constraint promotions_definition_check CHECK ((jsonb_typeof(definition) = 'object'::text)),
  constraint promotions_id_check CHECK ((id ~ '^[0-9A-Za-z][0-9A-Za-z_.~-]{0,63}$'::text)),
  constraint promotions_limit_total_check CHECK ((limit_total >= 0)),
  constraint promotions_reserved_check CHECK ((reserved >= 0)),
  constraint promotions_spent_check CHECK ((spent >= 0)),
  constraint promotions_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'archived'::text]))),
  constraint promotions_uses_check CHECK ((uses >= 0)),
  constraint promotions_version_check CHECK ((version >= 1))
);
CREATE INDEX promotions_by_channel ON promotions USING btree (id) WHERE ((status = 'active'::text) AND (NOT optional) AND ((definition -> 'audience'::text) ? 'channels'::text));
CREATE INDEX promotions_for_everyone ON promotions USING btree (id) WHERE ((status = 'active'::text) AND (NOT optional) AND (code IS NULL) AND (NOT needs_code));
CREATE INDEX promotions_newest ON promotions USING btree (created_at DESC, id DESC);
CREATE INDEX promotions_optional ON promotions USING btree (id) WHERE ((status = 'active'::text) AND optional);
CREATE INDEX promotions_with_code ON promotions USING btree (code_key) WHERE (code_key IS NOT NULL);
CREATE TRIGGER promotions_change BEFORE INSERT OR UPDATE ON promotions FOR EACH ROW EXECUTE FUNCTION check_promotion_change();
CREATE TRIGGER promotions_first_version AFTER INSERT ON promotions FOR EACH ROW EXECUTE FUNCTION keep_promotion_version();
CREATE TRIGGER promotions_kept BEFORE DELETE ON promotions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER promotions_never_emptied BEFORE TRUNCATE ON promotions FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER promotions_next_version AFTER UPDATE ON promotions FOR EACH ROW WHEN ((new.version <> old.version)) EXECUTE FUNCTION keep_promotion_version();

create table push_keys (
  id integer not null default 1,
  public_key text not null,
  private_sealed bytea not null,
  constraint push_keys_pkey PRIMARY KEY (id),
  constraint push_keys_id_check CHECK ((id = 1)),
  constraint push_keys_public_key_check CHECK ((char_length(public_key) <= 200))
);
CREATE TRIGGER push_keys_sealed BEFORE INSERT OR UPDATE OF private_sealed ON push_keys FOR EACH ROW EXECUTE FUNCTION check_sealed_under('private_sealed');

create table receipt_mail_settings (
  id integer not null default 1,
  channel_id text,
  changed_at timestamp with time zone,
  changed_by text,
  constraint receipt_mail_settings_pkey PRIMARY KEY (id),
  constraint receipt_mail_settings_changed_by_check CHECK (((char_length(changed_by) >= 1) AND (char_length(changed_by) <= 254))),
  constraint receipt_mail_settings_id_check CHECK ((id = 1)),
  constraint receipt_mail_settings_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES notification_channels(id) ON DELETE SET NULL
);
CREATE TRIGGER receipt_mail_settings_channel BEFORE INSERT OR UPDATE ON receipt_mail_settings FOR EACH ROW WHEN ((new.channel_id IS NOT NULL)) EXECUTE FUNCTION check_receipt_mail_channel();

create table receipt_mails (
  id text not null,
  order_id text not null,
  address_sealed bytea,
  address_hash bytea not null,
  shown text not null,
  language text not null,
  status text not null default 'pending'::text,
  check_at timestamp with time zone,
  tries integer not null default 0,
  last_answer text,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint receipt_mails_pkey PRIMARY KEY (id),
  constraint receipt_mail_address CHECK (((status = 'pending'::text) = (address_sealed IS NOT NULL))),
  constraint receipt_mail_to_do CHECK ((((status = 'pending'::text) = (check_at IS NOT NULL)) AND ((status = 'pending'::text) = (ended_at IS NULL)))),
  constraint receipt_mails_address_hash_check CHECK ((octet_length(address_hash) = 32)),
  constraint receipt_mails_language_check CHECK ((language ~ '^[a-z]{2}(-[A-Z]{2})?$'::text)),
  constraint receipt_mails_last_answer_check CHECK ((char_length(last_answer) <= 300)),
  constraint receipt_mails_shown_check CHECK (((char_length(shown) >= 3) AND (char_length(shown) <= 254))),
  constraint receipt_mails_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'given_up'::text]))),
  constraint receipt_mails_tries_check CHECK ((tries >= 0)),
  constraint receipt_mails_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX receipt_mails_age ON receipt_mails USING btree (created_at);
CREATE INDEX receipt_mails_due ON receipt_mails USING btree (check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX receipt_mails_of_address ON receipt_mails USING btree (address_hash, created_at);
CREATE INDEX receipt_mails_of_order ON receipt_mails USING btree (order_id, created_at);
CREATE TRIGGER receipt_mails_fixed BEFORE UPDATE ON receipt_mails FOR EACH ROW EXECUTE FUNCTION check_receipt_mail_change();
CREATE TRIGGER receipt_mails_limited BEFORE INSERT ON receipt_mails FOR EACH ROW EXECUTE FUNCTION check_receipt_mail();
CREATE TRIGGER receipt_mails_sealed BEFORE INSERT OR UPDATE OF address_sealed ON receipt_mails FOR EACH ROW EXECUTE FUNCTION check_sealed_under('address_sealed');

create table reconciliation_runs (
  id bigint not null generated always as identity,
  account_id text not null,
  day date not null,
  status text not null,
  problem text,
  has_bill boolean not null default false,
  trades integer not null default 0,
  refunds integer not null default 0,
  more integer not null default 0,
  started_at timestamp with time zone not null,
  finished_at timestamp with time zone not null,
  paid_theirs bigint,
  paid_ours bigint,
  refunded_theirs bigint,
  refunded_ours bigint,
  settled_theirs bigint,
  settled_ours bigint,
  fees bigint,
  other_apps integer not null default 0,
  constraint reconciliation_runs_pkey PRIMARY KEY (id),
  constraint reconciliation_one_run UNIQUE (account_id, day),
  constraint reconciliation_problem CHECK (((status = 'failed'::text) = (problem IS NOT NULL))),
  constraint reconciliation_runs_more_check CHECK ((more >= 0)),
  constraint reconciliation_runs_other_apps_check CHECK ((other_apps >= 0)),
  constraint reconciliation_runs_problem_check CHECK ((char_length(problem) <= 500)),
  constraint reconciliation_runs_refunds_check CHECK ((refunds >= 0)),
  constraint reconciliation_runs_status_check CHECK ((status = ANY (ARRAY['done'::text, 'failed'::text]))),
  constraint reconciliation_runs_trades_check CHECK ((trades >= 0)),
  constraint reconciliation_runs_account_id_fkey FOREIGN KEY (account_id) REFERENCES gateway_accounts(id) ON DELETE RESTRICT
);
CREATE INDEX reconciliation_runs_newest ON reconciliation_runs USING btree (day DESC, id DESC);

create table recovered_orders (
  order_id text not null,
  transaction_id text not null,
  discrepancy_id bigint not null,
  person text not null,
  recovered_at timestamp with time zone not null,
  constraint recovered_orders_pkey PRIMARY KEY (order_id),
  constraint recovered_orders_transaction_id_key UNIQUE (transaction_id),
  constraint recovered_orders_person_check CHECK (((char_length(person) >= 1) AND (char_length(person) <= 254))),
  constraint recovered_orders_discrepancy_id_fkey FOREIGN KEY (discrepancy_id) REFERENCES discrepancies(id),
  constraint recovered_orders_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE TRIGGER recovered_orders_fixed BEFORE DELETE OR UPDATE ON recovered_orders FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recovered_orders_never_emptied BEFORE TRUNCATE ON recovered_orders FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE CONSTRAINT TRIGGER recovered_orders_paid AFTER INSERT ON recovered_orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_recovered_order();

create table refund_approvals (
  refund_id text not null,
  above integer not null,
  asked_by text not null,
  asked_user_id text,
  asked_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  decision text,
  decided_by text,
  decided_user_id text,
  decided_at timestamp with time zone,
  reason text,
  constraint refund_approvals_pkey PRIMARY KEY (refund_id),
  constraint approval_by CHECK (
CASE
    WHEN (COALESCE(decision, 'expired'::text) = 'expired'::text) THEN ((decided_by IS NULL) AND (decided_user_id IS NULL))
    ELSE ((decided_by IS NOT NULL) AND (decided_user_id IS NOT NULL))
END),
  constraint approval_decided CHECK (((decision IS NULL) = (decided_at IS NULL))),
  constraint approval_in_time CHECK (((decision <> 'approved'::text) OR (decided_at < expires_at))),
  constraint approval_reason CHECK (((decision <> 'declined'::text) OR (reason IS NOT NULL))),
  constraint approval_second_person CHECK (
CASE decision
    WHEN 'withdrawn'::text THEN (NOT (decided_user_id IS DISTINCT FROM asked_user_id))
    WHEN 'approved'::text THEN ((decided_user_id IS DISTINCT FROM asked_user_id) AND (decided_by <> asked_by))
    WHEN 'declined'::text THEN ((decided_user_id IS DISTINCT FROM asked_user_id) AND (decided_by <> asked_by))
    ELSE true
END),
  constraint refund_approvals_above_check CHECK ((above >= 0)),
  constraint refund_approvals_asked_by_check CHECK (((char_length(asked_by) >= 1) AND (char_length(asked_by) <= 320))),
  constraint refund_approvals_decided_by_check CHECK (((char_length(decided_by) >= 1) AND (char_length(decided_by) <= 320))),
  constraint refund_approvals_decision_check CHECK ((decision = ANY (ARRAY['approved'::text, 'declined'::text, 'withdrawn'::text, 'expired'::text]))),
  constraint refund_approvals_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 200))),
  constraint refund_approvals_asked_user_id_fkey FOREIGN KEY (asked_user_id) REFERENCES admin_users(id),
  constraint refund_approvals_decided_user_id_fkey FOREIGN KEY (decided_user_id) REFERENCES admin_users(id),
  constraint refund_approvals_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES refunds(id)
);
CREATE INDEX refund_approvals_answered ON refund_approvals USING btree (asked_user_id, decided_at DESC) WHERE (decided_at IS NOT NULL);
CREATE TRIGGER refund_approvals_answer_told AFTER UPDATE OF decision ON refund_approvals FOR EACH ROW WHEN ((new.decision = ANY (ARRAY['approved'::text, 'declined'::text, 'expired'::text]))) EXECUTE FUNCTION tell_of_approval();
CREATE TRIGGER refund_approvals_fixed BEFORE DELETE OR UPDATE ON refund_approvals FOR EACH ROW EXECUTE FUNCTION refuse_changed_approval();
CREATE CONSTRAINT TRIGGER refund_approvals_kept AFTER INSERT OR UPDATE ON refund_approvals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund_approval();
CREATE TRIGGER refund_approvals_never_emptied BEFORE TRUNCATE ON refund_approvals FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER refund_approvals_told AFTER INSERT ON refund_approvals FOR EACH ROW EXECUTE FUNCTION tell_of_approval();

create table refund_items (
  refund_id text not null,
  order_item_id text not null,
  quantity integer not null,
  amount integer not null,
  constraint refund_items_pkey PRIMARY KEY (refund_id, order_item_id),
  constraint refund_items_amount_check CHECK ((amount >= 0)),
  constraint refund_items_quantity_check CHECK ((quantity >= 1)),
  constraint refund_items_order_item_id_fkey FOREIGN KEY (order_item_id) REFERENCES order_items(id),
  constraint refund_items_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES refunds(id)
);
CREATE INDEX refund_items_of_item ON refund_items USING btree (order_item_id);
CREATE TRIGGER refund_items_fixed BEFORE DELETE OR UPDATE ON refund_items FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refund_items_never_emptied BEFORE TRUNCATE ON refund_items FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table refund_rules (
  id integer not null default 1,
  approval_above integer,
  approval_covers_api boolean not null default false,
  confirm_above integer,
  changed_at timestamp with time zone,
  changed_by text,
  constraint refund_rules_pkey PRIMARY KEY (id),
  constraint refund_rules_approval_above_check CHECK ((approval_above >= 0)),
  constraint refund_rules_changed CHECK (((changed_at IS NULL) = (changed_by IS NULL))),
  constraint refund_rules_changed_by_check CHECK (((char_length(changed_by) >= 1) AND (char_length(changed_by) <= 254))),
  constraint refund_rules_confirm_above_check CHECK ((confirm_above >= 0)),
  constraint refund_rules_id_check CHECK ((id = 1))
);

create table refunds (
  id text not null,
  order_id text not null,
  attempt_id text not null,
  number text not null,
  origin text not null,
  amount integer not null,
  reason text,
  status text not null default 'requested'::text,
  wechat_refund_id text,
  failure text,
  failure_detail text,
  created_at timestamp with time zone not null,
  send_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  accepted_at timestamp with time zone,
  succeeded_at timestamp with time zone,
  closed_at timestamp with time zone,
  check_at timestamp with time zone,
  checks integer not null default 0,
  payer_amount integer,
  settled_amount integer,
  constraint refunds_pkey PRIMARY KEY (id),
  constraint refunds_number_key UNIQUE (number),
  constraint refunds_wechat_refund_id_key UNIQUE (wechat_refund_id),
  constraint refund_closed CHECK (((status <> 'closed'::text) OR ((closed_at IS NOT NULL) AND (failure IS NOT NULL)))),
  constraint refund_split CHECK (((COALESCE(payer_amount, 0) <= amount) AND (COALESCE(settled_amount, 0) <= amount))),
  constraint refund_succeeded CHECK (((status = 'succeeded'::text) = (succeeded_at IS NOT NULL))),
  constraint refund_to_do CHECK (((status = ANY (ARRAY['succeeded'::text, 'closed'::text])) = (check_at IS NULL))),
  constraint refund_unapproved CHECK (((status <> 'awaiting_approval'::text) OR (sent_at IS NULL))),
  constraint refunds_amount_check CHECK ((amount >= 1)),
  constraint refunds_checks_check CHECK ((checks >= 0)),
  constraint refunds_failure_detail_check CHECK ((char_length(failure_detail) <= 500)),
  constraint refunds_number_check CHECK (((char_length(number) >= 1) AND (char_length(number) <= 64))),
  constraint refunds_origin_check CHECK ((origin = ANY (ARRAY['request'::text, 'policy'::text, 'console'::text]))),
  constraint refunds_payer_amount_check CHECK ((payer_amount >= 0)),
  constraint refunds_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 80))),
  constraint refunds_settled_amount_check CHECK ((settled_amount >= 0)),
  constraint refunds_status_check CHECK ((status = ANY (ARRAY['awaiting_approval'::text, 'requested'::text, 'processing'::text, 'succeeded'::text, 'abnormal'::text, 'closed'::text]))),
  constraint refunds_wechat_refund_id_check CHECK (((char_length(wechat_refund_id) >= 1) AND (char_length(wechat_refund_id) <= 64))),
  constraint refunds_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES payment_attempts(id),
  constraint refunds_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX refunds_accepted ON refunds USING btree (COALESCE(accepted_at, succeeded_at)) WHERE (COALESCE(accepted_at, succeeded_at) IS NOT NULL);
CREATE INDEX refunds_awaiting ON refunds USING btree (created_at, id) WHERE (status = 'awaiting_approval'::text);
CREATE INDEX refunds_by_amount ON refunds USING btree (amount, created_at DESC, id DESC);
CREATE INDEX refunds_by_number_start ON refunds USING btree (number text_pattern_ops);
CREATE INDEX refunds_by_reason ON refunds USING gin (search_pieces(0, search_text(reason))) WITH (fastupdate=off) WHERE (reason IS NOT NULL);
CREATE INDEX refunds_by_wechat_start ON refunds USING btree (wechat_refund_id text_pattern_ops) WHERE (wechat_refund_id IS NOT NULL);
CREATE INDEX refunds_due ON refunds USING btree (check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX refunds_newest ON refunds USING btree (created_at DESC, id DESC);
CREATE INDEX refunds_of_attempt ON refunds USING btree (attempt_id);
CREATE INDEX refunds_of_order ON refunds USING btree (order_id, created_at);
CREATE INDEX refunds_succeeded ON refunds USING btree (succeeded_at) INCLUDE (amount) WHERE (status = 'succeeded'::text);
CREATE CONSTRAINT TRIGGER refunds_approved AFTER INSERT OR UPDATE OF status ON refunds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund_approval();
CREATE TRIGGER refunds_fixed BEFORE DELETE OR UPDATE ON refunds FOR EACH ROW EXECUTE FUNCTION refuse_changed_refund();
CREATE TRIGGER refunds_in_shift AFTER INSERT OR UPDATE OF status ON refunds FOR EACH ROW WHEN ((new.status = 'succeeded'::text)) EXECUTE FUNCTION note_shift_refund();
CREATE CONSTRAINT TRIGGER refunds_items AFTER INSERT ON refunds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund_items();
CREATE TRIGGER refunds_machine BEFORE UPDATE OF status ON refunds FOR EACH ROW EXECUTE FUNCTION refuse_illegal_transition('refund');
CREATE TRIGGER refunds_never_emptied BEFORE TRUNCATE ON refunds FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER refunds_printed AFTER UPDATE OF status ON refunds FOR EACH ROW WHEN (((old.status <> 'succeeded'::text) AND (new.status = 'succeeded'::text))) EXECUTE FUNCTION print_refund();
CREATE CONSTRAINT TRIGGER refunds_sums AFTER INSERT OR UPDATE OF status ON refunds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_refund_sums();
CREATE TRIGGER refunds_told AFTER UPDATE OF status ON refunds FOR EACH ROW WHEN (((old.status <> 'succeeded'::text) AND (new.status = 'succeeded'::text))) EXECUTE FUNCTION tell_of_refund();

create table replaced_secrets (
  secret_hash bytea not null,
  api_key_id text not null,
  ends_at timestamp with time zone not null,
  constraint replaced_secrets_pkey PRIMARY KEY (secret_hash),
  constraint replaced_secrets_secret_hash_check CHECK ((octet_length(secret_hash) = 32)),
  constraint replaced_secrets_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES api_keys(id)
);

create table retention (
  what text not null,
  days integer not null,
  changed_by text not null,
  changed_at timestamp with time zone not null,
  constraint retention_pkey PRIMARY KEY (what),
  constraint retention_bounds CHECK (
CASE what
    WHEN 'webhook_events'::text THEN ((days >= 30) AND (days <= 730))
    WHEN 'notifications'::text THEN ((days >= 14) AND (days <= 730))
    WHEN 'print_jobs'::text THEN ((days >= 7) AND (days <= 730))
    WHEN 'notify_rejections'::text THEN ((days >= 30) AND (days <= 730))
    WHEN 'behaviour'::text THEN ((days >= 90) AND (days <= 180))
    WHEN 'health_minutes'::text THEN ((days >= 2) AND (days <= 60))
    ELSE false
END),
  constraint retention_changed_by_check CHECK (((char_length(changed_by) >= 1) AND (char_length(changed_by) <= 320)))
);

create table scene_corrections (
  item_text text not null,
  scene text not null,
  order_id text not null,
  said_by text not null,
  corrected_at timestamp with time zone not null,
  constraint scene_corrections_pkey PRIMARY KEY (item_text),
  constraint scene_corrections_item_text_check CHECK (((char_length(item_text) >= 1) AND (char_length(item_text) <= 64))),
  constraint scene_corrections_scene_check CHECK (((char_length(scene) >= 1) AND (char_length(scene) <= 32))),
  constraint scene_corrections_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX scene_corrections_newest ON scene_corrections USING btree (corrected_at DESC);

create table shift_entries (
  id bigint not null generated always as identity,
  till_id text not null,
  order_id text not null,
  cashier_id text,
  attempt_id text,
  refund_id text,
  amount integer not null,
  channel text not null,
  verdict text,
  at timestamp with time zone not null,
  shift_id text,
  constraint shift_entries_pkey PRIMARY KEY (id),
  constraint shift_entries_attempt_id_key UNIQUE (attempt_id),
  constraint shift_entries_refund_id_key UNIQUE (refund_id),
  constraint shift_entries_amount_check CHECK ((amount >= 0)),
  constraint shift_entries_verdict_check CHECK ((verdict = ANY (ARRAY['settles'::text, 'late'::text, 'extra'::text, 'mismatch'::text]))),
  constraint shift_entry_cause CHECK (((num_nonnulls(attempt_id, refund_id) = 1) AND ((attempt_id IS NULL) = (verdict IS NULL)))),
  constraint shift_entries_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES payment_attempts(id),
  constraint shift_entries_cashier_id_fkey FOREIGN KEY (cashier_id) REFERENCES cashiers(id),
  constraint shift_entries_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint shift_entries_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES refunds(id),
  constraint shift_entries_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES shifts(id),
  constraint shift_entries_till_id_fkey FOREIGN KEY (till_id) REFERENCES tills(id)
);
CREATE INDEX shift_entries_next ON shift_entries USING btree (till_id) WHERE (shift_id IS NULL);
CREATE INDEX shift_entries_of_shift ON shift_entries USING btree (shift_id) WHERE (shift_id IS NOT NULL);
CREATE TRIGGER shift_entries_fixed BEFORE INSERT OR DELETE OR UPDATE ON shift_entries FOR EACH ROW EXECUTE FUNCTION check_shift_entry();
CREATE TRIGGER shift_entries_never_emptied BEFORE TRUNCATE ON shift_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table shift_receptions (
  shift_id text not null,
  received_by text not null,
  note text,
  received_at timestamp with time zone not null,
  constraint shift_receptions_pkey PRIMARY KEY (shift_id),
  constraint shift_receptions_note_check CHECK (((char_length(note) >= 1) AND (char_length(note) <= 200))),
  constraint shift_receptions_received_by_check CHECK (((char_length(received_by) >= 1) AND (char_length(received_by) <= 320))),
  constraint shift_receptions_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES shifts(id)
);
CREATE TRIGGER shift_receptions_closed BEFORE INSERT ON shift_receptions FOR EACH ROW EXECUTE FUNCTION check_shift_reception();
CREATE TRIGGER shift_receptions_fixed BEFORE DELETE OR UPDATE ON shift_receptions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER shift_receptions_never_emptied BEFORE TRUNCATE ON shift_receptions FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table shifts (
  id text not null,
  till_id text not null,
  store_id text not null,
  number integer not null,
  since timestamp with time zone,
  opened_at timestamp with time zone not null,
  opened_by text not null,
  closed_at timestamp with time zone,
  closed_by text,
  cashier_id text,
  note text,
  payment_count integer,
  payment_sum bigint,
  other_count integer,
  other_sum bigint,
  refund_count integer,
  refund_sum bigint,
  open_count integer,
  open_sum bigint,
  refunding_count integer,
  refunding_sum bigint,
  constraint shifts_pkey PRIMARY KEY (id),
  constraint shifts_number UNIQUE (till_id, number),
  constraint shift_closed CHECK (
CASE
    WHEN (closed_at IS NULL) THEN (num_nonnulls(closed_by, cashier_id, note, payment_count, payment_sum, other_count, other_sum, refund_count, refund_sum, open_count, open_sum, refunding_count, refunding_sum) = 0)
    ELSE ((num_nulls(closed_by, payment_count, payment_sum, other_count, other_sum, refund_count, refund_sum, open_count, open_sum, refunding_count, refunding_sum) = 0) AND (LEAST((payment_count)::bigint, payment_sum, (other_count)::bigint, other_sum, (refund_count)::bigint, refund_sum, (open_count)::bigint, open_sum, (refunding_count)::bigint, refunding_sum) >= 0) AND (closed_at >= opened_at))
END),
  constraint shifts_closed_by_check CHECK (((char_length(closed_by) >= 1) AND (char_length(closed_by) <= 320))),
  constraint shifts_id_check CHECK ((id ~ '^shf_[0-9a-z]{1,40}$'::text)),
  constraint shifts_note_check CHECK (((char_length(note) >= 1) AND (char_length(note) <= 200))),
  constraint shifts_number_check CHECK ((number >= 1)),
  constraint shifts_opened_by_check CHECK (((char_length(opened_by) >= 1) AND (char_length(opened_by) <= 320))),
  constraint shifts_cashier_id_fkey FOREIGN KEY (cashier_id) REFERENCES cashiers(id),
  constraint shifts_till FOREIGN KEY (till_id, store_id) REFERENCES tills(id, store_id)
);
CREATE INDEX shifts_newest ON shifts USING btree (closed_at DESC, id DESC) WHERE (closed_at IS NOT NULL);
CREATE UNIQUE INDEX shifts_one_open ON shifts USING btree (till_id) WHERE (closed_at IS NULL);
CREATE TRIGGER shifts_fixed BEFORE DELETE OR UPDATE ON shifts FOR EACH ROW EXECUTE FUNCTION check_shift_change();
CREATE TRIGGER shifts_never_emptied BEFORE TRUNCATE ON shifts FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER shifts_printed AFTER UPDATE OF closed_at ON shifts FOR EACH ROW WHEN (((old.closed_at IS NULL) AND (new.closed_at IS NOT NULL))) EXECUTE FUNCTION print_shift();
CREATE CONSTRAINT TRIGGER shifts_sums AFTER INSERT OR UPDATE OF closed_at ON shifts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.closed_at IS NOT NULL)) EXECUTE FUNCTION check_shift_sums();

create table shop_logos (
  hash text not null,
  bytes bytea not null,
  created_at timestamp with time zone not null default now(),
  constraint shop_logos_pkey PRIMARY KEY (hash),
  constraint shop_logos_named_by_content CHECK ((hash = "left"(encode(sha256(bytes), 'hex'::text), 32))),
  constraint shop_logos_small CHECK (((octet_length(bytes) >= 1) AND (octet_length(bytes) <= 65536)))
);
CREATE TRIGGER shop_logos_fixed BEFORE DELETE OR UPDATE ON shop_logos FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER shop_logos_never_emptied BEFORE TRUNCATE ON shop_logos FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table shop_looks (
  version integer not null,
  look jsonb not null,
  logo_hash text,
  actor text not null,
  created_at timestamp with time zone not null default now(),
  constraint shop_looks_pkey PRIMARY KEY (version),
  constraint shop_looks_actor_check CHECK (((char_length(actor) >= 1) AND (char_length(actor) <= 320))),
  constraint shop_looks_look_check CHECK ((jsonb_typeof(look) = 'object'::text)),
  constraint shop_looks_version_check CHECK ((version >= 1)),
  constraint shop_looks_logo_hash_fkey FOREIGN KEY (logo_hash) REFERENCES shop_logos(hash)
);
CREATE TRIGGER shop_looks_fixed BEFORE DELETE OR UPDATE ON shop_looks FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER shop_looks_never_emptied BEFORE TRUNCATE ON shop_looks FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

create table shopper_summary (
  id smallint not null default 1,
  made_at timestamp with time zone not null,
  content jsonb not null,
  constraint shopper_summary_pkey PRIMARY KEY (id),
  constraint shopper_summary_content_check CHECK ((jsonb_typeof(content) = 'object'::text)),
  constraint shopper_summary_id_check CHECK ((id = 1))
);

create table stores (
  id text not null,
  code text not null,
  name text not null,
  address text,
  phone text,
  created_at timestamp with time zone not null,
  deactivated_at timestamp with time zone,
  constraint stores_pkey PRIMARY KEY (id),
  constraint stores_code_key UNIQUE (code),
  constraint stores_address_check CHECK (((char_length(address) >= 1) AND (char_length(address) <= 200))),
  constraint stores_code_check CHECK ((code ~ '^[0-9A-Za-z_-]{1,32}$'::text)),
  constraint stores_id_check CHECK ((id ~ '^sto_[0-9a-z]{1,40}$'::text)),
  constraint stores_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 64))),
  constraint stores_phone_check CHECK (((char_length(phone) >= 1) AND (char_length(phone) <= 32)))
);
CREATE UNIQUE INDEX stores_code_any_case ON stores USING btree (lower(code));
CREATE TRIGGER stores_fixed BEFORE DELETE OR UPDATE ON stores FOR EACH ROW EXECUTE FUNCTION refuse_changed_place();

create table takings_hours (
  dimension text not null,
  starts_at timestamp with time zone not null,
  key text not null default ''::text,
  orders integer not null,
  orders_paid integer not null,
  orders_closed integer not null,
  payments integer not null,
  paid bigint not null,
  discount bigint not null,
  discounted integer not null,
  refunds integer not null,
  refunded bigint not null,
  other_refunds integer not null,
  other_refunded bigint not null,
  constraint takings_hours_pkey PRIMARY KEY (dimension, starts_at, key),
  constraint takings_hours_check CHECK (((orders_closed >= 0) AND ((orders_paid + orders_closed) <= orders))),
  constraint takings_hours_check1 CHECK (((discounted >= 0) AND (discounted <= payments))),
  constraint takings_hours_check2 CHECK (((dimension <> 'all'::text) OR (key = ''::text))),
  constraint takings_hours_dimension_check CHECK ((dimension = ANY (ARRAY['all'::text, 'channel'::text, 'scene'::text, 'store'::text, 'till'::text, 'cashier'::text, 'code'::text, 'offer'::text]))),
  constraint takings_hours_discount_check CHECK ((discount >= 0)),
  constraint takings_hours_key_check CHECK ((char_length(key) <= 64)),
  constraint takings_hours_orders_check CHECK ((orders >= 0)),
  constraint takings_hours_orders_paid_check CHECK ((orders_paid >= 0)),
  constraint takings_hours_other_refunded_check CHECK ((other_refunded >= 0)),
  constraint takings_hours_other_refunds_check CHECK ((other_refunds >= 0)),
  constraint takings_hours_paid_check CHECK ((paid >= 0)),
  constraint takings_hours_payments_check CHECK ((payments >= 0)),
  constraint takings_hours_refunded_check CHECK ((refunded >= 0)),
  constraint takings_hours_refunds_check CHECK ((refunds >= 0)),
  constraint takings_hours_starts_at_check CHECK ((starts_at = date_trunc('hour'::text, starts_at, 'UTC'::text)))
);

create table takings_progress (
  id smallint not null default 1,
  rolled_to timestamp with time zone not null default '1970-01-01 00:00:00+00'::timestamp with time zone,
  journal_to bigint not null default 0,
  audit_to bigint not null default 0,
  constraint takings_progress_pkey PRIMARY KEY (id),
  constraint takings_progress_id_check CHECK ((id = 1))
);

create table till_devices (
  id text not null,
  till_id text not null,
  label text not null,
  bound_by text not null,
  bound_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  ended_by text,
  constraint till_devices_pkey PRIMARY KEY (id),
  constraint till_device_ended CHECK (((ended_at IS NULL) = (ended_by IS NULL))),
  constraint till_devices_bound_by_check CHECK (((char_length(bound_by) >= 1) AND (char_length(bound_by) <= 320))),
  constraint till_devices_ended_by_check CHECK (((char_length(ended_by) >= 1) AND (char_length(ended_by) <= 320))),
  constraint till_devices_id_check CHECK ((id ~ '^dev_[0-9a-z]{1,40}$'::text)),
  constraint till_devices_label_check CHECK ((char_length(label) <= 256)),
  constraint till_devices_till_id_fkey FOREIGN KEY (till_id) REFERENCES tills(id)
);
CREATE UNIQUE INDEX till_devices_one ON till_devices USING btree (till_id) WHERE (ended_at IS NULL);

create table tills (
  id text not null,
  store_id text not null,
  code text not null,
  name text not null,
  idle_minutes integer not null default 10,
  created_at timestamp with time zone not null,
  deactivated_at timestamp with time zone,
  constraint tills_pkey PRIMARY KEY (id),
  constraint tills_id_store UNIQUE (id, store_id),
  constraint tills_code_check CHECK ((code ~ '^[0-9A-Za-z_-]{1,32}$'::text)),
  constraint tills_id_check CHECK ((id ~ '^til_[0-9a-z]{1,40}$'::text)),
  constraint tills_idle_minutes_check CHECK (((idle_minutes >= 1) AND (idle_minutes <= 240))),
  constraint tills_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 64))),
  constraint tills_store_id_fkey FOREIGN KEY (store_id) REFERENCES stores(id)
);
CREATE UNIQUE INDEX tills_code_any_case ON tills USING btree (store_id, lower(code));
CREATE TRIGGER tills_fixed BEFORE DELETE OR UPDATE ON tills FOR EACH ROW EXECUTE FUNCTION refuse_changed_place();

create table trade_checks (
  number text not null,
  order_id text not null,
  account_id text not null,
  reason text not null,
  transaction_id text not null,
  claimed_amount bigint not null,
  seen_at timestamp with time zone not null,
  asked_at timestamp with time zone,
  check_at timestamp with time zone,
  checks integer not null default 0,
  result text,
  constraint trade_checks_pkey PRIMARY KEY (number),
  constraint trade_check_to_do CHECK (((result IS NULL) = (check_at IS NOT NULL))),
  constraint trade_checks_checks_check CHECK ((checks >= 0)),
  constraint trade_checks_claimed_amount_check CHECK ((claimed_amount >= 0)),
  constraint trade_checks_number_check CHECK (((char_length(number) >= 1) AND (char_length(number) <= 32))),
  constraint trade_checks_reason_check CHECK ((reason = ANY (ARRAY['mismatch'::text, 'other_account'::text, 'other_protocol'::text, 'unexplained'::text]))),
  constraint trade_checks_result_check CHECK ((result = ANY (ARRAY['booked'::text, 'not_paid'::text, 'unanswered'::text]))),
  constraint trade_checks_transaction_id_check CHECK (((char_length(transaction_id) >= 1) AND (char_length(transaction_id) <= 64))),
  constraint trade_checks_account_id_fkey FOREIGN KEY (account_id) REFERENCES gateway_accounts(id) ON DELETE RESTRICT,
  constraint trade_checks_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX trade_checks_due ON trade_checks USING btree (check_at) WHERE (check_at IS NOT NULL);

create table untrusted_proxies (
  private boolean not null,
  peer text not null,
  seen_at timestamp with time zone not null,
  constraint untrusted_proxies_pkey PRIMARY KEY (private),
  constraint untrusted_proxies_peer_check CHECK ((char_length(peer) <= 64))
);

create table upkeep_runs (
  id bigint not null generated always as identity,
  kind text not null,
  status text not null default 'waiting'::text,
  requested_by text not null,
  requested_at timestamp with time zone not null,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  check_at timestamp with time zone,
  step text,
  steps_done integer not null default 0,
  steps integer not null default 0,
  file text,
  report jsonb not null default '{}'::jsonb,
  problem text,
  constraint upkeep_runs_pkey PRIMARY KEY (id),
  constraint upkeep_done CHECK ((((status = 'done'::text) AND (kind <> 'verification'::text)) <= (file IS NOT NULL))),
  constraint upkeep_failed CHECK (((status = 'failed'::text) = (problem IS NOT NULL))),
  constraint upkeep_runs_check CHECK ((steps >= steps_done)),
  constraint upkeep_runs_file_check CHECK ((file ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$'::text)),
  constraint upkeep_runs_kind_check CHECK ((kind = ANY (ARRAY['backup'::text, 'drill'::text, 'verification'::text]))),
  constraint upkeep_runs_problem_check CHECK (((char_length(problem) >= 1) AND (char_length(problem) <= 500))),
  constraint upkeep_runs_report_check CHECK ((jsonb_typeof(report) = 'object'::text)),
  constraint upkeep_runs_requested_by_check CHECK (((char_length(requested_by) >= 1) AND (char_length(requested_by) <= 320))),
  constraint upkeep_runs_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text]))),
  constraint upkeep_runs_step_check CHECK ((step = ANY (ARRAY['writing'::text, 'verifying'::text, 'starting'::text, 'loading'::text, 'checking'::text, 'asking'::text]))),
  constraint upkeep_runs_steps_done_check CHECK ((steps_done >= 0)),
  constraint upkeep_started CHECK ((((status = 'waiting'::text) <= (started_at IS NULL)) AND ((status = ANY (ARRAY['running'::text, 'done'::text])) <= (started_at IS NOT NULL)))),
  constraint upkeep_to_do CHECK ((((status = ANY (ARRAY['waiting'::text, 'running'::text])) = (check_at IS NOT NULL)) AND ((status = ANY (ARRAY['waiting'::text, 'running'::text])) = (ended_at IS NULL))))
);
CREATE UNIQUE INDEX upkeep_one_at_a_time ON upkeep_runs USING btree ((true)) WHERE (check_at IS NOT NULL);
CREATE INDEX upkeep_runs_newest ON upkeep_runs USING btree (kind, id DESC);
CREATE TRIGGER upkeep_runs_move BEFORE UPDATE OF status ON upkeep_runs FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION upkeep_moves();

create table upkeep_settings (
  id smallint not null default 1,
  backup_hour smallint default 4,
  backups_kept smallint not null default 14,
  updated_at timestamp with time zone not null default now(),
  drill_days smallint default 7,
  constraint upkeep_settings_pkey PRIMARY KEY (id),
  constraint upkeep_settings_backup_hour_check CHECK (((backup_hour >= 0) AND (backup_hour <= 23))),
  constraint upkeep_settings_backups_kept_check CHECK (((backups_kept >= 3) AND (backups_kept <= 365))),
  constraint upkeep_settings_drill_days_check CHECK (((drill_days >= 1) AND (drill_days <= 90))),
  constraint upkeep_settings_id_check CHECK ((id = 1))
);

create table webhook_deliveries (
  event_id text not null,
  endpoint_id text not null,
  status text not null default 'pending'::text,
  tries integer not null default 0,
  check_at timestamp with time zone,
  last_status integer,
  last_error text,
  ended_at timestamp with time zone,
  event_seq bigint not null,
  round_from integer not null default 0,
  backlog boolean not null default false,
  constraint webhook_deliveries_pkey PRIMARY KEY (event_id, endpoint_id),
  constraint delivery_round CHECK (((round_from >= 0) AND (round_from <= tries))),
  constraint delivery_to_do CHECK (((status = 'pending'::text) = (check_at IS NOT NULL))),
  constraint webhook_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'given_up'::text]))),
  constraint webhook_deliveries_tries_check CHECK ((tries >= 0)),
  constraint webhook_deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints(id) ON DELETE CASCADE,
  constraint webhook_deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES webhook_events(id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries USING btree (check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX webhook_deliveries_due_of ON webhook_deliveries USING btree (endpoint_id, backlog, check_at) WHERE (check_at IS NOT NULL);
CREATE INDEX webhook_deliveries_given_up ON webhook_deliveries USING btree (endpoint_id, event_seq) WHERE (status = 'given_up'::text);
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries USING btree (endpoint_id, event_seq);

create table webhook_endpoints (
  id text not null,
  url text not null,
  events text[] not null,
  secret_sealed bytea not null,
  created_at timestamp with time zone not null default now(),
  disabled_at timestamp with time zone,
  disabled_why text,
  api_key_id text,
  kept_by text,
  kept_at timestamp with time zone,
  previous_secret_sealed bytea,
  previous_secret_until timestamp with time zone,
  paused_at timestamp with time zone,
  paused_by text,
  failing_since timestamp with time zone,
  hold_until timestamp with time zone,
  last_delivered_at timestamp with time zone,
  constraint webhook_endpoints_pkey PRIMARY KEY (id),
  constraint endpoint_kept CHECK (((kept_by IS NULL) = (kept_at IS NULL))),
  constraint endpoint_paused CHECK (((paused_by IS NULL) OR (paused_at IS NOT NULL))),
  constraint endpoint_previous_secret CHECK (((previous_secret_sealed IS NULL) = (previous_secret_until IS NULL))),
  constraint webhook_endpoints_events_check CHECK ((cardinality(events) >= 1)),
  constraint webhook_endpoints_kept_by_check CHECK (((char_length(kept_by) >= 1) AND (char_length(kept_by) <= 254))),
  constraint webhook_endpoints_paused_by_check CHECK (((char_length(paused_by) >= 1) AND (char_length(paused_by) <= 254))),
  constraint webhook_endpoints_url_check CHECK ((char_length(url) <= 2048)),
  constraint webhook_endpoints_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES api_keys(id)
);
CREATE INDEX webhook_endpoints_of_key ON webhook_endpoints USING btree (api_key_id) WHERE (api_key_id IS NOT NULL);
CREATE TRIGGER webhook_endpoints_alerts AFTER UPDATE OF paused_at, disabled_at ON webhook_endpoints FOR EACH ROW WHEN (((old.paused_at IS DISTINCT FROM new.paused_at) OR (old.disabled_at IS DISTINCT FROM new.disabled_at))) EXECUTE FUNCTION end_alerts_of_endpoint();
CREATE TRIGGER webhook_endpoints_alerts_gone AFTER DELETE ON webhook_endpoints FOR EACH ROW EXECUTE FUNCTION end_alerts_of_endpoint();
CREATE CONSTRAINT TRIGGER webhook_endpoints_key AFTER INSERT OR UPDATE OF api_key_id, disabled_at, kept_at ON webhook_endpoints DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION check_endpoint_key();
CREATE TRIGGER webhook_endpoints_previous_sealed BEFORE INSERT OR UPDATE OF previous_secret_sealed ON webhook_endpoints FOR EACH ROW EXECUTE FUNCTION check_sealed_under('previous_secret_sealed');
CREATE TRIGGER webhook_endpoints_sealed BEFORE INSERT OR UPDATE OF secret_sealed ON webhook_endpoints FOR EACH ROW EXECUTE FUNCTION check_sealed_under('secret_sealed');

create table webhook_events (
  id text not null,
  type text not null,
  order_id text,
  payload text not null,
  created_at timestamp with time zone not null,
  seq bigint not null generated always as identity,
  constraint webhook_events_pkey PRIMARY KEY (id),
  constraint webhook_events_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX webhook_events_age ON webhook_events USING btree (created_at);
CREATE INDEX webhook_events_of_order ON webhook_events USING btree (order_id, seq) WHERE (order_id IS NOT NULL);
CREATE UNIQUE INDEX webhook_events_seq ON webhook_events USING btree (seq);
CREATE TRIGGER webhook_events_fixed BEFORE UPDATE ON webhook_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

create table webhook_tries (
  event_id text not null,
  endpoint_id text not null,
  number integer not null,
  cause text not null,
  url text not null,
  signatures smallint not null,
  started_at timestamp with time zone not null,
  duration_ms integer not null,
  status integer,
  answer text,
  error text,
  constraint webhook_tries_pkey PRIMARY KEY (event_id, endpoint_id, number),
  constraint try_answer CHECK (((answer IS NULL) OR (status IS NOT NULL))),
  constraint try_outcome CHECK (((status IS NOT NULL) OR (error IS NOT NULL))),
  constraint webhook_tries_answer_check CHECK ((char_length(answer) <= 2048)),
  constraint webhook_tries_cause_check CHECK ((cause = ANY (ARRAY['event'::text, 'again'::text, 'test'::text]))),
  constraint webhook_tries_duration_ms_check CHECK ((duration_ms >= 0)),
  constraint webhook_tries_error_check CHECK ((char_length(error) <= 300)),
  constraint webhook_tries_number_check CHECK ((number >= 1)),
  constraint webhook_tries_signatures_check CHECK (((signatures >= 1) AND (signatures <= 2))),
  constraint webhook_tries_url_check CHECK ((char_length(url) <= 2048)),
  constraint webhook_tries_event_id_endpoint_id_fkey FOREIGN KEY (event_id, endpoint_id) REFERENCES webhook_deliveries(event_id, endpoint_id) ON DELETE CASCADE
);
CREATE TRIGGER webhook_tries_fixed BEFORE UPDATE ON webhook_tries FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The moves that the triggers of the state machines allow.
--   attempt: closed → succeeded
--   attempt: failed → succeeded
--   attempt: opening → closed
--   attempt: opening → failed
--   attempt: opening → succeeded
--   attempt: opening → waiting
--   attempt: waiting → closed
--   attempt: waiting → succeeded
--   collection_code: active → retired
--   order: closed → paid
--   order: pending → closed
--   order: pending → paid
--   promotion_use: dropped → reserved
--   promotion_use: reserved → dropped
--   promotion_use: reserved → returned
--   promotion_use: reserved → spent
--   promotion_use: returned → spent
--   refund: abnormal → closed
--   refund: abnormal → succeeded
--   refund: awaiting_approval → closed
--   refund: awaiting_approval → requested
--   refund: awaiting_approval → succeeded
--   refund: closed → succeeded
--   refund: processing → abnormal
--   refund: processing → closed
--   refund: processing → succeeded
--   refund: requested → abnormal
--   refund: requested → closed
--   refund: requested → processing
--   refund: requested → succeeded

CREATE OR REPLACE FUNCTION public.can_sign_in(person admin_users)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select person.disabled_at is null
     and (person.password_hash is not null or exists (select from admin_passkeys p where p.user_id = person.id)) $function$;

CREATE OR REPLACE FUNCTION public.channel_wants(channel notification_channels, about notifications)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select channel.paused_at is null and channel.disabled_at is null and about.event = any (channel.events)
     and (about.event not in ('payment_received', 'refund_done') or coalesce(about.amount, 0) >= channel.amount_min)
     -- a channel is not told of its own failure
     and (about.event <> 'channel' or about.detail ->> 'channelId' is distinct from channel.id)
     -- nobody's device hears of another person's account
     and (about.event <> 'access' or channel.admin_user_id is null)
     -- a device is asked for an approval only where its owner could give it; the answer is its own person's news
     and (about.event <> 'refund_approval' or channel.admin_user_id is null
          or about.kind in ('refund_approval_asked', 'refund_approval_expired') and exists (
               select from admin_users u
                where u.id = channel.admin_user_id and u.disabled_at is null and u.role in ('owner', 'finance')
                  and u.id is distinct from about.detail ->> 'askedUserId')) $function$;

CREATE OR REPLACE FUNCTION public.check_abnormal_application()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'INSERT' then
    if not exists (select from refunds r where r.id = new.refund_id and r.status = 'abnormal') then
      raise exception 'refund % is not abnormal', new.refund_id using errcode = '23514', constraint = 'application_abnormal';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' or old.ended_at is not null or (old.status = 'accepted' and new.status = 'sent')
     or (new.refund_id, new.way, new.bank, new.card_end, new.asked_by, new.asked_at)
        is distinct from (old.refund_id, old.way, old.bank, old.card_end, old.asked_by, old.asked_at) then
    raise exception 'what was asked of WeChat never changes' using errcode = '23514', constraint = 'application_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_an_owner_is_left()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from admin_users) and not exists (select from admin_users u where u.role = 'owner' and can_sign_in(u)) then
    raise exception 'the last owner stays' using errcode = '23514', constraint = 'admin_owner_left';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_attempt_price()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from payment_attempts a join orders o on o.id = a.order_id
              where a.id = new.id and a.status in ('opening', 'waiting') and o.status = 'pending'
                and a.amount_due <> o.amount_due) then
    raise exception 'attempt % is for another price than its order has', new.id
      using errcode = '23514', constraint = 'order_price';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_collection_code_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'active' then
      raise exception 'a collection code begins in use' using errcode = '23514', constraint = 'illegal_transition';
    end if;
    return new;
  end if;
  -- Printed signs carry the code for years, and retired is for good.
  if (new.id, new.code, new.created_by, new.created_at) is distinct from (old.id, old.code, old.created_by, old.created_at)
     or (old.status = 'retired' and new is distinct from old and new.status = old.status) then
    raise exception 'this of a collection code never changes' using errcode = '23514', constraint = 'collection_code_fixed';
  end if;
  if new.status <> old.status and not exists (
    select from allowed_transition t
     where t.machine = 'collection_code' and t.from_status = old.status and t.to_status = new.status
  ) then
    raise exception 'illegal_transition: collection_code % → %', old.status, new.status
      using errcode = '23514', constraint = 'illegal_transition';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_collection_order()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  asked record;
  total integer;
begin
  if tg_op = 'INSERT' then
    -- Retiring waits for orders that are being made, or they for it.
    select status, amount, amount_min, amount_max into asked from collection_codes where id = new.code_id for share;
    select amount_total into total from orders where id = new.order_id;
    if asked.status <> 'active' then
      raise exception 'collection code % is retired', new.code_id
        using errcode = '23514', constraint = 'collection_code_closed';
    end if;
    if new.paid_amount is not null or total is distinct from coalesce(asked.amount, total)
       or (asked.amount is null and total not between asked.amount_min and asked.amount_max) then
      raise exception 'order % is not of an amount that its code takes', new.order_id
        using errcode = '23514', constraint = 'collection_order_amount';
    end if;
    return new;
  end if;
  -- One level down is the trigger of orders.
  if tg_op = 'DELETE' or pg_trigger_depth() < 2 or old.paid_amount is not null
     or (new.order_id, new.code_id, new.created_at) is distinct from (old.order_id, old.code_id, old.created_at) then
    raise exception 'what came from a collection code never changes'
      using errcode = '23514', constraint = 'collection_order_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_endpoint_key()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.api_key_id is not null and new.disabled_at is null and new.kept_at is null
     and exists (select from api_keys k where k.id = new.api_key_id and k.revoked_at is not null) then
    raise exception 'the API key of the endpoint is revoked' using errcode = '23514', constraint = 'endpoint_key_revoked';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_epay_account()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or (new.pid, new.created_at) is distinct from (old.pid, old.created_at)
     or new.key_changed_at < old.key_changed_at or (new.key_changed_at is null and old.key_changed_at is not null)
     or (old.disabled_at is not null and new.disabled_at is distinct from old.disabled_at
         and (new.disabled_at is not null or new.key_changed_at is not distinct from old.key_changed_at
              or new.key_changed_at < old.disabled_at)) then
    raise exception 'epay account % stays as it is', old.pid using errcode = '23514', constraint = 'epay_account_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_epay_order()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' then
    raise exception 'order % came through the epay door', old.order_id using errcode = '23514', constraint = 'epay_order_fixed';
  end if;
  if tg_op = 'UPDATE' and (new.order_id, new.pid, new.out_trade_no, new.amount, new.name, new.param, new.notify_url, new.return_url, new.created_at)
       is distinct from (old.order_id, old.pid, old.out_trade_no, old.amount, old.name, old.param, old.notify_url, old.return_url, old.created_at) then
    raise exception 'what order % was asked with never changes', old.order_id using errcode = '23514', constraint = 'epay_order_fixed';
  end if;
  -- Said to be paid only where it is.
  if new.status <> 'unpaid'
     and not exists (select from orders o where o.id = new.order_id and o.status = 'paid') then
    raise exception 'order % is not paid', new.order_id using errcode = '23514', constraint = 'epay_order_paid';
  end if;
  if tg_op = 'INSERT' and not exists (select from orders o where o.id = new.order_id and o.amount_total = new.amount) then
    raise exception 'order % has another amount', new.order_id using errcode = '23514', constraint = 'epay_order_amount';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_epay_refund()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' then
    -- What was refused made no refund and may be asked for again.
    if old.refund_id is null then return old; end if;
    raise exception 'refund % was asked for by the epay door', old.refund_id using errcode = '23514', constraint = 'epay_refund_fixed';
  end if;
  if tg_op = 'UPDATE' and ((new.order_id, new.number, new.amount, new.asked_at)
       is distinct from (old.order_id, old.number, old.amount, old.asked_at) or old.refund_id is not null) then
    raise exception 'a refund of the epay door never changes' using errcode = '23514', constraint = 'epay_refund_fixed';
  end if;
  if new.refund_id is not null and not exists (
       select from refunds r join payment_attempts a on a.id = r.attempt_id
        where r.id = new.refund_id and a.order_id = new.order_id and r.amount = new.amount) then
    raise exception 'refund % is another one', new.refund_id using errcode = '23514', constraint = 'epay_refund_same';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_item_sums()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if (select sum(discount) from order_items where order_id = new.order_id)
     <> (select amount_discount from orders where id = new.order_id) then
    raise exception 'the lines of order % do not add up to its discount', new.order_id
      using errcode = '23514', constraint = 'order_sums';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_journal_balance()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  difference bigint;
begin
  select sum(debit) - sum(credit) into difference from journal_lines where entry_id = new.id;
  if difference is distinct from 0 then
    raise exception 'journal entry % does not balance: %', new.id, difference
      using errcode = '23514', constraint = 'journal_balance';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_order_end()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  held record;
begin
  select o.status = 'paid' and not exists (select from payment_attempts a where a.order_id = o.id and a.verdict = 'settles') as unpaid,
         o.status <> 'pending' and exists (select from promotion_uses u where u.order_id = o.id and u.state = 'reserved') as keeps
    into held from orders o where o.id = new.id;
  if held.unpaid then
    raise exception 'order % is paid by no attempt', new.id using errcode = '23514', constraint = 'order_settled';
  end if;
  if held.keeps then
    raise exception 'order % holds on to a promotion', new.id using errcode = '23514', constraint = 'promotion_use_state';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_order_price()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  held record;
begin
  select status, amount_due, amount_discount into held from orders where id = new.id;
  if held.status = 'pending' and exists (
    select from payment_attempts
     where order_id = new.id and status in ('opening', 'waiting') and amount_due <> held.amount_due
  ) then
    raise exception 'order % has a trade open at another price', new.id using errcode = '23514', constraint = 'order_price';
  end if;
  if held.status = 'paid' and not exists (
    select from payment_attempts where order_id = new.id and verdict = 'settles' and amount_due = held.amount_due
  ) then
    raise exception 'order % was paid at another price', new.id using errcode = '23514', constraint = 'order_price';
  end if;
  if held.status = 'pending' and held.amount_discount <>
     (select coalesce(sum(amount), 0) from promotion_uses where order_id = new.id and state = 'reserved') then
    raise exception 'order % has a discount that no promotion gives', new.id
      using errcode = '23514', constraint = 'promotion_use_sums';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_order_sums()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  held record;
  summed record;
begin
  select amount_total, amount_discount into held from orders where id = new.id;
  select coalesce(sum(unit_amount::bigint * quantity), 0) as total, coalesce(sum(discount), 0) as discount
    into summed from order_items where order_id = new.id;
  if summed.total <> held.amount_total or summed.discount <> held.amount_discount then
    raise exception 'order % does not add up: % of %, discount % of %',
      new.id, summed.total, held.amount_total, summed.discount, held.amount_discount
      using errcode = '23514', constraint = 'order_sums';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_passkey_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if (new.id, new.user_id, new.credential_id, new.public_key, new.rp_id, new.created_at)
     is distinct from (old.id, old.user_id, old.credential_id, old.public_key, old.rp_id, old.created_at)
     or new.counter < old.counter or (old.suspended_at is not null and new.suspended_at is null) then
    raise exception 'a passkey is of one person and one key, and its counter only grows'
      using errcode = '23514', constraint = 'passkey_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_promotion_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  changed boolean;
begin
  if tg_op = 'INSERT' then
    if new.version <> 1 or new.spent <> 0 or new.reserved <> 0 or new.uses <> 0 then
      raise exception 'a promotion begins with nothing spent' using errcode = '23514', constraint = 'promotion_counters';
    end if;
    return new;
  end if;
  changed := (new.definition, new.budget, new.limit_total) is distinct from (old.definition, old.budget, old.limit_total);
  if (new.id, new.created_at) is distinct from (old.id, old.created_at)
     or (old.status = 'archived' and (changed or new.status <> old.status)) then
    raise exception 'this of a promotion never changes' using errcode = '23514', constraint = 'promotion_fixed';
  end if;
  if new.version <> old.version + changed::integer then
    raise exception 'a change of a promotion takes the next version' using errcode = '23514', constraint = 'promotion_version';
  end if;
  -- One level down is the trigger of promotion_uses.
  if pg_trigger_depth() < 2 and (new.spent, new.reserved, new.uses) is distinct from (old.spent, old.reserved, old.uses) then
    raise exception 'what a promotion gave away follows its uses' using errcode = '23514', constraint = 'promotion_counters';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_promotion_code()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'INSERT' then
    if new.uses <> 0 or new.revoked_at is not null then
      raise exception 'a code begins unused' using errcode = '23514', constraint = 'promotion_code_uses';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' or (new.promotion_id, new.code, new.max_uses, new.label, new.created_at)
       is distinct from (old.promotion_id, old.code, old.max_uses, old.label, old.created_at)
     or (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) then
    raise exception 'a code never changes' using errcode = '23514', constraint = 'promotion_code_fixed';
  end if;
  -- One level down is the trigger of promotion_uses.
  if pg_trigger_depth() < 2 and new.uses <> old.uses then
    raise exception 'what was used of a code follows its uses' using errcode = '23514', constraint = 'promotion_counters';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_promotion_use()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  held record;
  taken record;
begin
  select status, amount_discount into held from orders where id = new.order_id;
  select coalesce(sum(amount) filter (where state in ('reserved', 'spent')), 0) as amount,
         count(*) filter (where state = 'reserved') as reserved, count(*) filter (where state = 'spent') as spent
    into taken from promotion_uses where order_id = new.order_id;
  if held.status = 'pending' and taken.amount <> held.amount_discount then
    raise exception 'order % has a discount of %, its promotions give %', new.order_id, held.amount_discount, taken.amount
      using errcode = '23514', constraint = 'promotion_use_sums';
  end if;
  if (held.status <> 'pending' and taken.reserved > 0) or (held.status <> 'paid' and taken.spent > 0) then
    raise exception 'order % is %, what it took of its promotions is not', new.order_id, held.status
      using errcode = '23514', constraint = 'promotion_use_state';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_receipt_mail()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform from orders where id = new.order_id and status = 'paid' for no key update;
  if not found then
    raise exception 'order % is not paid', new.order_id using errcode = '23514', constraint = 'receipt_mail_paid';
  end if;
  if (select count(*) from receipt_mails m where m.order_id = new.order_id) >= 3 then
    raise exception 'order % has its receipts by e-mail', new.order_id using errcode = '23514', constraint = 'receipt_mails_per_order';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_receipt_mail_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.status <> 'pending' or (new.id, new.order_id, new.address_hash, new.shown, new.language, new.created_at)
       is distinct from (old.id, old.order_id, old.address_hash, old.shown, old.language, old.created_at) then
    raise exception 'a receipt by e-mail never changes but for its end' using errcode = '23514', constraint = 'receipt_mail_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_receipt_mail_channel()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from notification_channels c where c.id = new.channel_id and c.kind = 'email') then
    raise exception '% is no mail channel', new.channel_id using errcode = '23514', constraint = 'receipt_mail_channel';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_recovered_order()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (
    select from orders o
      join payment_attempts a on a.order_id = o.id
      join discrepancies d on d.id = new.discrepancy_id
     where o.id = new.order_id and o.status = 'paid' and a.verdict = 'settles' and a.transaction_id = new.transaction_id
       and a.amount_paid = o.amount_due and d.kind = 'only_in_bill' and d.transaction_id = new.transaction_id
       and d.theirs = to_jsonb(a.amount_paid)
  ) then
    raise exception 'order % is not paid by what WeChat''s bill shows', new.order_id
      using errcode = '23514', constraint = 'recovered_order';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_recovery_codes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if (select count(*) from admin_recovery_codes where user_id = new.user_id) > 10 then
    raise exception 'a person has ten recovery codes' using errcode = '23514', constraint = 'recovery_codes_ten';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_refund_approval()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  refund text := case tg_table_name when 'refunds' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'refund_id' end;
  found_status text;
  found_decision text;
  is_asked boolean;
  agree boolean;
begin
  select r.status, a.decision, a.refund_id is not null into found_status, found_decision, is_asked
    from refunds r left join refund_approvals a on a.refund_id = r.id where r.id = refund;
  agree := case
    when not is_asked then found_status <> 'awaiting_approval'
    when found_status = 'awaiting_approval' then found_decision is null
    -- money that went back is a fact, whoever had to decide
    when found_status = 'succeeded' then true
    when found_status = 'closed' then found_decision is not null
    else coalesce(found_decision, '') = 'approved' end;
  if not agree then
    raise exception 'refund % is % and was %', refund, found_status, coalesce(found_decision, 'not decided about')
      using errcode = '23514', constraint = 'refund_approval';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_refund_items()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from payment_attempts a where a.id = new.attempt_id and a.order_id = new.order_id) then
    raise exception 'refund % is of another order', new.id using errcode = '23514', constraint = 'refund_order';
  end if;
  if (select sum(i.amount) from refund_items i where i.refund_id = new.id) <> new.amount then
    raise exception 'the items of refund % do not add up', new.id using errcode = '23514', constraint = 'refund_items_sum';
  end if;
  if exists (
    select from refund_items mine join order_items o on o.id = mine.order_item_id
     where mine.refund_id = new.id
       and (o.order_id <> new.order_id
            or o.quantity < (select sum(all_of_it.quantity)
                               from refund_items all_of_it join refunds r on r.id = all_of_it.refund_id and r.status <> 'closed'
                              where all_of_it.order_item_id = o.id))
  ) then
    raise exception 'refund % gives back more than was bought', new.id
      using errcode = '23514', constraint = 'refund_items_bought';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_refund_sums()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  attempt text := case tg_table_name when 'refunds' then to_jsonb(new) ->> 'attempt_id' else new.id end;
  wrong record;
begin
  select a.id, a.refund_held, a.refunded, s.held, s.gone into wrong
    from payment_attempts a,
         lateral (select coalesce(sum(r.amount) filter (where r.status not in ('succeeded', 'closed')), 0) as held,
                         coalesce(sum(r.amount) filter (where r.status = 'succeeded'), 0) as gone
                    from refunds r where r.attempt_id = a.id) s
   where a.id = attempt and (a.refund_held <> s.held or a.refunded <> s.gone);
  if found then
    raise exception 'attempt % holds % and gave back %, its refunds say % and %',
      wrong.id, wrong.refund_held, wrong.refunded, wrong.held, wrong.gone using errcode = '23514', constraint = 'refund_sums';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_sealed_under()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  sealed  bytea;
  refused bytea;
begin
  if tg_table_name = 'idempotency' then
    sealed := decode(substr(new.body, 8), 'base64');
  else
    execute format('select ($1).%I', tg_argv[0]) into sealed using new;
  end if;
  if sealed is null then return new; end if;
  select case when previous_refused then previous_key_id end into refused from master_key for share;
  if substring(sealed from 2 for 16) = refused then
    raise exception 'sealed under a master key that has been replaced'
      using errcode = '23514', constraint = 'sealed_under_key_in_force';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_shift_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or old.closed_at is not null
     or (new.id, new.till_id, new.store_id, new.number, new.since, new.opened_at, new.opened_by)
        is distinct from (old.id, old.till_id, old.store_id, old.number, old.since, old.opened_at, old.opened_by) then
    raise exception 'a shift that was handed over never changes' using errcode = '23514', constraint = 'shift_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_shift_entry()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  shift record;
begin
  if tg_op = 'INSERT' then
    -- One level down is the trigger of payments or refunds.
    if pg_trigger_depth() < 2 or new.shift_id is not null then
      raise exception 'what counts in a shift comes from its payment or refund alone'
        using errcode = '23514', constraint = 'shift_entry_fixed';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' or old.shift_id is not null or new.shift_id is null
     or (to_jsonb(new) - 'shift_id') is distinct from (to_jsonb(old) - 'shift_id') then
    raise exception 'what counts in a shift never changes' using errcode = '23514', constraint = 'shift_entry_fixed';
  end if;
  -- A hand-over waits for entries that are being added, or they for it.
  select till_id, closed_at into shift from shifts where id = new.shift_id for share;
  if shift.till_id is distinct from new.till_id or shift.closed_at is not null then
    raise exception 'shift % is closed, or of another till', new.shift_id
      using errcode = '23514', constraint = 'shift_entry_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_shift_reception()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from shifts where id = new.shift_id and closed_at is not null) then
    raise exception 'shift % was not handed over', new.shift_id using errcode = '23514', constraint = 'shift_open';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.check_shift_sums()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  found record;
begin
  select (count(*) filter (where verdict = 'settles'))::integer as payments, coalesce(sum(amount) filter (where verdict = 'settles'), 0) as paid,
         (count(*) filter (where verdict <> 'settles'))::integer as others, coalesce(sum(amount) filter (where verdict <> 'settles'), 0) as other,
         count(refund_id)::integer as refunds, coalesce(sum(amount) filter (where refund_id is not null), 0) as refunded
    into found from shift_entries where shift_id = new.id;
  if (new.payment_count, new.payment_sum, new.other_count, new.other_sum, new.refund_count, new.refund_sum)
     is distinct from (found.payments, found.paid, found.others, found.other, found.refunds, found.refunded) then
    raise exception 'the sums of shift % are not those of its entries', new.id
      using errcode = '23514', constraint = 'shift_sums';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.check_shopper_uses()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  grown boolean := tg_op = 'INSERT' or new.uses > old.uses;
begin
  if pg_trigger_depth() < 2 then
    raise exception 'what a shopper used follows the uses' using errcode = '23514', constraint = 'promotion_counters';
  end if;
  if grown and new.uses > (select limit_per_user from promotions where id = new.promotion_id) then
    raise exception 'promotion % was used as often as one shopper may', new.promotion_id
      using errcode = '23514', constraint = 'promotion_limit_per_user';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.count_promotion_use()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  more_reserved integer := case when new.state = 'reserved' then new.amount else 0 end;
  more_spent integer := case when new.state = 'spent' then new.amount else 0 end;
  counts boolean := new.state in ('reserved', 'spent') and not new.use_returned;
  counted boolean := false;
  counted_code bigint;
  is_taken boolean := true;
  more_uses integer;
  rule record;
begin
  if tg_op = 'UPDATE' then
    more_reserved := more_reserved - case when old.state = 'reserved' then old.amount else 0 end;
    more_spent := more_spent - case when old.state = 'spent' then old.amount else 0 end;
    counted := old.state in ('reserved', 'spent') and not old.use_returned;
    counted_code := case when counted then old.code_id end;
    is_taken := old.state = 'dropped' or new.version <> old.version;
  end if;
  more_uses := counts::integer - counted::integer;
  update promotions
     set reserved = reserved + more_reserved, spent = spent + more_spent, uses = uses + more_uses
   where id = new.promotion_id
  returning status, version, limit_per_user, needs_code into strict rule;
  if is_taken and (new.state <> 'reserved' or rule.status <> 'active' or rule.version <> new.version) then
    raise exception 'promotion % is not what was asked for any more', new.promotion_id
      using errcode = '23514', constraint = 'promotion_current';
  end if;
  if is_taken and rule.limit_per_user is not null and new.shopper_id is null then
    raise exception 'promotion % is limited per shopper, and nobody knows who this is', new.promotion_id
      using errcode = '23514', constraint = 'promotion_needs_shopper';
  end if;
  if is_taken and rule.needs_code and new.code_id is null then
    raise exception 'promotion % needs one of its codes', new.promotion_id
      using errcode = '23514', constraint = 'promotion_needs_code';
  end if;
  -- The promotion's row is locked above, so that its codes are counted by one order at a time.
  if counted_code is not null and (not counts or new.code_id is distinct from counted_code) then
    update promotion_codes set uses = uses - 1 where id = counted_code;
  end if;
  if counts and new.code_id is not null and new.code_id is distinct from counted_code then
    update promotion_codes set uses = uses + 1 where id = new.code_id and (revoked_at is null or not is_taken);
    if not found then
      raise exception 'this code of promotion % was revoked', new.promotion_id
        using errcode = '23514', constraint = 'promotion_code_revoked';
    end if;
  end if;
  if new.shopper_id is not null and more_uses > 0 then
    insert into promotion_shopper_uses as s (promotion_id, shopper_id, uses)
    values (new.promotion_id, new.shopper_id, more_uses)
    on conflict (promotion_id, shopper_id) do update set uses = s.uses + more_uses;
  elsif new.shopper_id is not null and more_uses < 0 then
    update promotion_shopper_uses set uses = uses + more_uses
     where promotion_id = new.promotion_id and shopper_id = new.shopper_id;
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.drop_behaviour_months(before timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  place text;
  dropped integer := 0;
begin
  for place in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'public.behaviour_events'::regclass and c.relname ~ '^events_[0-9]{6}$'
       and (to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month') at time zone 'UTC' <= before
  loop
    execute format('drop table behaviour.%I', place);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $function$;

CREATE OR REPLACE FUNCTION public.drop_jobs_of_printer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update print_jobs set status = 'cancelled', check_at = null, ended_at = new.paused_at
   where printer_id = new.id and status = 'pending';
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.drop_waiting_of_channel()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update notification_deliveries
     set status = 'skipped', check_at = null, ended_at = coalesce(new.disabled_at, new.paused_at),
         last_answer = coalesce(new.disabled_why, last_answer)
   where channel_id = new.id and status = 'pending';
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.end_alerts_of_endpoint()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update alerts set recovered_at = now(), acknowledged_at = coalesce(acknowledged_at, now())
   where recovered_at is null
     and (kind = 'webhook_paused' and starts_with(cause, 'webhook_paused:' || old.id)
          and (tg_op = 'DELETE' or new.paused_at is null or new.disabled_at is not null)
          or kind = 'webhook_disabled' and starts_with(cause, 'webhook_disabled:' || old.id)
          and (tg_op = 'DELETE' or new.disabled_at is null));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.end_endpoints_of_key()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update webhook_endpoints set disabled_at = new.revoked_at, disabled_why = 'its API key was revoked'
   where api_key_id = new.id and kept_at is null and disabled_at is null;
  update webhook_deliveries d
     set status = 'given_up', check_at = null, last_error = 'its API key was revoked', ended_at = new.revoked_at
    from webhook_endpoints w
   where w.id = d.endpoint_id and w.api_key_id = new.id and w.kept_at is null and d.status = 'pending';
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.end_invitations_of_person()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update admin_invitations
     set revoked_at = greatest(now(), created_at)
   where used_at is null and revoked_at is null
     and ((created_by_id = new.id and (new.role <> 'owner' or not can_sign_in(new)))
          or (user_id = new.id and new.disabled_at is not null));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.event_of_alert(kind text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case
    when kind in ('late_payment', 'extra_payment', 'amount_mismatch', 'unknown_order', 'notice_unconfirmed', 'payment_time_replaced',
                  'paid_without_notice', 'reversal_unanswered') then 'payment_trouble'
    when kind in ('refund_abnormal', 'refund_failed', 'refund_mismatch', 'refund_overdrawn', 'refund_unanswered', 'foreign_refund')
      then 'refund_trouble'
    when kind in ('bill_differences', 'bill_missing') then 'differences'
    when kind in ('webhook_disabled', 'webhook_paused', 'webhook_given_up', 'health_webhooks', 'epay_not_told') then 'webhook'
    when kind in ('configuration_refused', 'health_credentials', 'api_key_ending') then 'credentials'
    when kind in ('backup_restored', 'health_backups') then 'backup'
    when kind in ('health_worker', 'health_sweeps') then 'worker'
    when kind in ('database_recovered', 'health_disk') then 'disk'
    when kind in ('no_payments', 'silent_notices', 'silent_pages', 'failing_openings', 'falling_success', 'unreachable_pages',
                  'anomaly_conversion', 'anomaly_wechat_error', 'anomaly_notices', 'anomaly_refunds', 'anomaly_dead_end')
      then 'silence'
    when kind in ('channel_failing', 'channel_disabled', 'receipt_mail_failing') then 'channel'
    else 'other'
  end $function$;

CREATE OR REPLACE FUNCTION public.forgive_fault(code text, what text, fault text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if left(code, 2) in ('40', '53', '57', '58') then raise exception '%', fault using errcode = code; end if;
  raise warning '% was not written: %', what, fault;
end $function$;

CREATE OR REPLACE FUNCTION public.is_critical_alert(kind text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select kind in ('notice_unconfirmed', 'reversal_unanswered', 'refund_overdrawn', 'configuration_refused', 'database_recovered',
                  'health_worker', 'health_sweeps', 'health_disk', 'no_payments', 'silent_pages', 'failing_openings',
                  'falling_success', 'unreachable_pages', 'anomaly_conversion', 'anomaly_wechat_error',
                  'health_ledger') $function$;

CREATE OR REPLACE FUNCTION public.keep_promotion_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into promotion_versions (promotion_id, version, definition, budget, limit_total, created_at)
  values (new.id, new.version, new.definition, new.budget, new.limit_total, new.updated_at);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.make_behaviour_month(month date)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  place text := 'events_' || to_char(month, 'YYYYMM');
  begins timestamptz := date_trunc('month', month::timestamp) at time zone 'UTC';
  ends timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC';
begin
  if to_regclass('behaviour.' || place) is not null then return; end if;
  lock table behaviour.events_rest in access exclusive mode;
  execute format('create table behaviour.%I (like public.behaviour_events including defaults including constraints)', place);
  execute format('with moved as (delete from behaviour.events_rest where order_at >= %L and order_at < %L returning *)
                  insert into behaviour.%I select * from moved', begins, ends, place);
  execute format('alter table public.behaviour_events attach partition behaviour.%I for values from (%L) to (%L)',
                 place, begins, ends);
end $function$;

CREATE OR REPLACE FUNCTION public.note_collected()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update collection_orders set paid_amount = new.amount_due where order_id = new.id;
  update epay_orders set status = 'due', check_at = least(new.paid_at, now()) where order_id = new.id and status = 'unpaid';
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.note_ended_passkey()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into ended_proofs (kind, id, ended_at) values ('passkey', old.id, now()) on conflict do nothing;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.note_ended_recovery_code()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into ended_proofs (kind, id, ended_at) values ('recovery_code', encode(old.code_hash, 'hex'), now()) on conflict do nothing;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.note_payment()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  settles boolean := tg_op = 'UPDATE' and new.verdict = 'settles';
  facts record;
begin
  if tg_op = 'UPDATE' and old.status = 'succeeded' then return null; end if;
  -- Nearly always there is nothing to be noted: one look says so.
  select o.till_id, o.cashier_id, settles and exists (select from printers) as prints,
         settles and exists (select from notification_channels) as tells
    into facts from orders o where o.id = new.order_id;
  if facts.till_id is not null then
    insert into shift_entries (till_id, order_id, cashier_id, attempt_id, amount, channel, verdict, at)
    values (facts.till_id, new.order_id, facts.cashier_id, new.id, new.amount_paid, new.channel, new.verdict, new.paid_at);
  end if;
  if facts.prints then perform print_by_itself('receipt', new.order_id, null, new.account_id, new.ended_at); end if;
  if facts.tells then perform tell_of_payment(new); end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.note_shift_refund()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' and old.status = 'succeeded' then
    return null;
  end if;
  insert into shift_entries (till_id, order_id, cashier_id, refund_id, amount, channel, at)
  select o.till_id, o.id, o.cashier_id, new.id, new.amount, a.channel, new.succeeded_at
    from orders o join payment_attempts a on a.id = new.attempt_id where o.id = new.order_id and o.till_id is not null;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.notify_wanting(told bigint)
 RETURNS SETOF text
 LANGUAGE sql
AS $function$
  insert into notification_deliveries (notification_id, channel_id, check_at)
  select n.id, c.id, n.created_at from notifications n, notification_channels c where n.id = told and channel_wants(c, n)
  returning channel_id $function$;

CREATE OR REPLACE FUNCTION public.print_by_itself(about_kind text, about_order text, about_refund text, about_account text, about_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from printers where automatic and paused_at is null) then return; end if;
  -- What was played in the sandbox is not printed once real credentials are in use.
  if exists (select from gateway_accounts g where g.id = about_account and g.sandbox)
     and exists (select from gateway_accounts g where g.status = 'active' and not g.sandbox) then return; end if;
  perform print_wanting(about_kind, about_order, about_refund, about_at);
exception when others then
  perform forgive_fault(sqlstate, 'a print job of ' || about_kind, sqlerrm);
end $function$;

CREATE OR REPLACE FUNCTION public.print_job_moves()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.status not in ('pending', 'sending') or (old.status = 'sending' and new.status = 'pending' and new.sent_at is not null) then
    raise exception 'a print job that is % does not become %', old.status, new.status using errcode = 'check_violation';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.print_refund()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform print_by_itself('refund', new.order_id, new.id, (select account_id from payment_attempts where id = new.attempt_id),
                          new.succeeded_at);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.print_shift()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into print_jobs (printer_id, kind, shift_id, automatic, check_at, created_at)
  select p.id, 'shift', new.id, true, new.closed_at, new.closed_at
    from printers p join tills t on t.id = new.till_id
   where p.automatic and p.paused_at is null
     and (p.store_id is null or p.store_id = t.store_id) and (p.till_id is null or p.till_id = t.id);
  return null;
exception when others then
  perform forgive_fault(sqlstate, 'a print job of a shift', sqlerrm);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.print_wanting(about_kind text, about_order text, about_refund text, about_at timestamp with time zone)
 RETURNS SETOF text
 LANGUAGE sql
AS $function$
  insert into print_jobs (printer_id, kind, order_id, refund_id, automatic, check_at, created_at)
  select p.id, about_kind, o.id, about_refund, true, about_at, about_at
    from printers p, orders o
   where o.id = about_order and p.automatic and p.paused_at is null
     and (p.store_id is null or p.store_id = o.store_id) and (p.till_id is null or p.till_id = o.till_id)
  on conflict do nothing
  returning printer_id $function$;

CREATE OR REPLACE FUNCTION public.promotion_code_key(code text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select upper(regexp_replace(normalize(code, NFKC), '[\s\u2000-\u2015\u2028\u2029\u2060\u2212\u3000\ufeff_.·-]', '', 'g') collate "C")
$function$;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'append_only: rows of % are never changed or deleted', tg_table_name
    using errcode = '23514', constraint = 'append_only';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_account()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'an account keeps its protocol, app and merchant' using errcode = '23514', constraint = 'account_fixed';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_anchor()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or old.kept_at is not null
     or (new.day, new.journal_id, new.journal_rows, new.journal_hash, new.audit_id, new.audit_rows, new.audit_hash, new.made_at)
        is distinct from
        (old.day, old.journal_id, old.journal_rows, old.journal_hash, old.audit_id, old.audit_rows, old.audit_hash, old.made_at) then
    raise exception 'an anchor never changes' using errcode = '23514', constraint = 'append_only';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_approval()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or old.decision is not null
     or (new.refund_id, new.above, new.asked_by, new.asked_user_id, new.asked_at, new.expires_at)
        is distinct from (old.refund_id, old.above, old.asked_by, old.asked_user_id, old.asked_at, old.expires_at) then
    raise exception 'a decision about a refund never changes' using errcode = '23514', constraint = 'approval_fixed';
  end if;
  if new.decision in ('approved', 'declined') and not exists (
    select from admin_users u where u.id = new.decided_user_id and u.disabled_at is null and u.role in ('owner', 'finance')) then
    raise exception 'somebody without the right decided about refund %', new.refund_id
      using errcode = '23514', constraint = 'approval_role';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_decision()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or new.shopper_id is not null and new.shopper_id is distinct from old.shopper_id
     or (to_jsonb(new) - 'shopper_id') is distinct from (to_jsonb(old) - 'shopper_id') then
    raise exception 'a decision stays as it was made' using errcode = '23514', constraint = 'append_only';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_discrepancy()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or (new.id, new.run_id, new.kind, new.trade_number, new.refund_number, new.transaction_id, new.ours, new.theirs,
                          new.fingerprint)
       is distinct from (old.id, old.run_id, old.kind, old.trade_number, old.refund_number, old.transaction_id, old.ours, old.theirs,
                         old.fingerprint) then
    raise exception 'what was found never changes' using errcode = '23514', constraint = 'discrepancy_fixed';
  end if;
  -- What a later run no longer found may be found again; a person's word stands.
  if old.closed_at is not null and old.closed_by <> 'reconciliation'
     and (new.closed_at, new.closed_by, new.closed_reason) is distinct from (old.closed_at, old.closed_by, old.closed_reason) then
    raise exception 'discrepancy % is closed', old.id using errcode = '23514', constraint = 'discrepancy_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_goods_tag()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'what was ordered never changes' using errcode = '23514', constraint = 'order_fixed';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_invitation()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.used_at is not null or old.revoked_at is not null
     or (new.id, new.token_hash, new.user_id, new.email, new.role, new.created_by_id, new.created_at, new.expires_at)
        is distinct from (old.id, old.token_hash, old.user_id, old.email, old.role, old.created_by_id, old.created_at, old.expires_at) then
    raise exception 'an invitation only ends, once' using errcode = '23514', constraint = 'invitation_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_item()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or (new.id, new.order_id, new.position, new.name, new.sku, new.category, new.unit_amount, new.quantity)
       is distinct from (old.id, old.order_id, old.position, old.name, old.sku, old.category, old.unit_amount, old.quantity) then
    raise exception 'items and prices never change' using errcode = '23514', constraint = 'order_item_fixed';
  end if;
  if new.discount <> old.discount and (select status from orders where id = new.order_id) <> 'pending' then
    raise exception 'what was paid for an item never changes' using errcode = '23514', constraint = 'order_item_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_order()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- Until it is paid the discount may change (an offer taken or left); what was ordered and its price never do.
  if (new.id, new.out_trade_no, new.amount_total, new.created_at) is distinct from
     (old.id, old.out_trade_no, old.amount_total, old.created_at)
     or (old.status <> 'pending' and (new.amount_discount, new.amount_due) is distinct from (old.amount_discount, old.amount_due)) then
    raise exception 'what was ordered never changes' using errcode = '23514', constraint = 'order_fixed';
  end if;
  if new.status <> old.status then
    if new.version <= old.version then
      raise exception 'a change of status takes a new version' using errcode = '23514', constraint = 'order_version';
    end if;
    if not exists (select from allowed_transition t
                    where t.machine = 'order' and t.from_status = old.status and t.to_status = new.status) then
      raise exception 'illegal_transition: order % → %', old.status, new.status
        using errcode = '23514', constraint = 'illegal_transition';
    end if;
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_order_place()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'where an order was made never changes' using errcode = '23514', constraint = 'order_fixed';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_payment()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if (new.id, new.order_id, new.number, new.amount_due, new.account_id, new.protocol, new.channel) is distinct from
     (old.id, old.order_id, old.number, old.amount_due, old.account_id, old.protocol, old.channel)
     or (old.status = 'succeeded' and
         (new.transaction_id, new.amount_paid, new.paid_at, new.confirmed_by, new.confirmed_account_id, new.confirmed_protocol)
           is distinct from
         (old.transaction_id, old.amount_paid, old.paid_at, old.confirmed_by, old.confirmed_account_id, old.confirmed_protocol))
     or new.refunded < old.refunded then
    raise exception 'a trade and its payment never change' using errcode = '23514', constraint = 'attempt_fixed';
  end if;
  if new.status <> old.status
     and not exists (select from allowed_transition t
                      where t.machine = 'attempt' and t.from_status = old.status and t.to_status = new.status) then
    raise exception 'illegal_transition: attempt % → %', old.status, new.status
      using errcode = '23514', constraint = 'illegal_transition';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_place()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE'
     or (to_jsonb(new) - array['name', 'address', 'phone', 'idle_minutes', 'pin_hash', 'refund_up_to', 'user_id', 'deactivated_at'])
        is distinct from
        (to_jsonb(old) - array['name', 'address', 'phone', 'idle_minutes', 'pin_hash', 'refund_up_to', 'user_id', 'deactivated_at'])
  then
    raise exception 'the code of a store or till never changes, and none is deleted'
      using errcode = '23514', constraint = 'place_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_recovery_code()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.used_at is not null
     or (new.user_id, new.code_hash, new.created_at) is distinct from (old.user_id, old.code_hash, old.created_at) then
    raise exception 'a recovery code is used once' using errcode = '23514', constraint = 'recovery_code_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_refund()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or (new.id, new.order_id, new.attempt_id, new.number, new.origin, new.amount, new.reason, new.created_at)
       is distinct from (old.id, old.order_id, old.attempt_id, old.number, old.origin, old.amount, old.reason, old.created_at) then
    raise exception 'what was to be refunded never changes' using errcode = '23514', constraint = 'refund_fixed';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_settlement()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a trade and its payment never change' using errcode = '23514', constraint = 'attempt_fixed';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_changed_use()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or (new.order_id, new.promotion_id, new.shopper_id, new.created_at)
       is distinct from (old.order_id, old.promotion_id, old.shopper_id, old.created_at)
     -- What is taken changes only while its order can still be priced anew, and one version is drawn once.
     or ((new.version, new.amount, new.code_id) is distinct from (old.version, old.amount, old.code_id)
         and not (old.state in ('reserved', 'dropped') and new.state = 'reserved'))
     or (new.draw is distinct from old.draw and new.version = old.version)
     or (old.use_returned and not new.use_returned) then
    raise exception 'what was taken of a promotion never changes' using errcode = '23514', constraint = 'promotion_use_fixed';
  end if;
  if new.state <> old.state and not exists (
    select from allowed_transition t
     where t.machine = 'promotion_use' and t.from_status = old.state and t.to_status = new.state
  ) then
    raise exception 'illegal_transition: promotion_use % → %', old.state, new.state
      using errcode = '23514', constraint = 'illegal_transition';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_illegal_transition()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.status <> old.status and not exists (
    select from allowed_transition t
     where t.machine = tg_argv[0] and t.from_status = old.status and t.to_status = new.status
  ) then
    raise exception 'illegal_transition: % % → %', tg_argv[0], old.status, new.status
      using errcode = '23514', constraint = 'illegal_transition';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_late_lines()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from added l
              where (select e.xmin from journal_entries e where e.id = l.entry_id) is distinct from pg_current_xact_id()::xid) then
    raise exception 'a journal entry is complete once written' using errcode = '23514', constraint = 'append_only';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_lost_count()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from promotion_uses where promotion_id = old.promotion_id and shopper_id = old.shopper_id) then
    raise exception 'what a shopper used is kept as long as the shopper is'
      using errcode = '23514', constraint = 'append_only';
  end if;
  return old;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_revived_account()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a revoked account stays revoked' using errcode = '23514', constraint = 'account_revoked';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_shorter_chain()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' or new.chain <> old.chain or new.row_id <= old.row_id or new.rows <= old.rows then
    raise exception 'a chain only becomes longer' using errcode = '23514', constraint = 'chain_forward';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_truncate()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'append_only: % is never emptied', tg_table_name using errcode = '23514', constraint = 'append_only';
end $function$;

CREATE OR REPLACE FUNCTION public.return_uses()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  used record;
begin
  for used in
    select u.promotion_id from promotion_uses u
      join promotion_versions v on v.promotion_id = u.promotion_id and v.version = u.version
     where u.order_id = new.order_id and u.state = 'spent' and not u.use_returned
       and coalesce((v.definition ->> 'returnUse')::boolean, false)
     order by u.promotion_id
  loop
    update promotion_uses set use_returned = true where order_id = new.order_id and promotion_id = used.promotion_id;
  end loop;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.search_pieces(week integer, text text)
 RETURNS bigint[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select coalesce(array_agg(distinct $1 * 4398046511104 + ascii(c) * 2097152::bigint + own.second), '{}')
    from (select c, lead(c) over (order by at) as next from string_to_table($2, null) with ordinality as t (c, at)) pairs,
         lateral (select 0 as second union all select ascii(next) where next <> ' ') own
   where c <> ' ' $function$;

CREATE OR REPLACE FUNCTION public.search_text(text text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ select btrim(regexp_replace(lower(normalize($1, nfkc)), '\s+', ' ', 'g')) $function$;

CREATE OR REPLACE FUNCTION public.search_wanted(text text)
 RETURNS bigint[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select coalesce(array_agg(distinct ascii(c) * 2097152::bigint + case when next <> ' ' then ascii(next) else 0 end), '{}')
    from (select c, lead(c, 1, ' ') over (order by at) as next, lag(c, 1, ' ') over (order by at) as last
            from string_to_table($1, null) with ordinality as t (c, at)) pairs
   where c <> ' ' and (next <> ' ' or last = ' ') $function$;

CREATE OR REPLACE FUNCTION public.take_account_protocol()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  own record;
begin
  select protocol, sandbox, status into own from gateway_accounts where id = new.account_id;
  if new.protocol is null then
    new.protocol := own.protocol;
  end if;
  if own.sandbox and own.status <> 'active'
     and exists (select from gateway_accounts where status = 'active' and not sandbox) then
    raise exception 'the sandbox opens nothing beside a real account' using errcode = '23514', constraint = 'attempt_sandbox';
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.tell_channels(about notifications)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  told bigint;
begin
  if not exists (select from notification_channels c where channel_wants(c, about)) then return; end if;
  insert into notifications (event, kind, recovered, critical, order_id, alert_id, amount, detail, created_at)
  values (about.event, about.kind, about.recovered, about.critical, about.order_id, about.alert_id, about.amount, about.detail,
          about.created_at)
  returning id into told;
  perform notify_wanting(told);
exception when others then
  perform forgive_fault(sqlstate, 'a notification of ' || about.kind, sqlerrm);
end $function$;

CREATE OR REPLACE FUNCTION public.tell_of_account()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform tell_person(new.subject, case new.action
      when 'user.password' then 'own_password'
      when 'user.reset' then 'own_reset'
      when 'user.reset_link' then 'own_reset'
      when 'user.reset_used' then 'own_reset_used'
      when 'user.totp_on' then 'own_totp_on'
      when 'user.totp_off' then 'own_totp_off'
      when 'recovery.make' then 'own_recovery_made'
      when 'recovery.use' then 'own_recovery_used'
      when 'passkey.add' then 'own_passkey_added'
      when 'passkey.remove' then 'own_passkey_removed'
      when 'passkey.suspended' then 'own_passkey_suspended'
      when 'user.role' then 'own_role'
    end, jsonb_build_object('actor', new.actor), new.created_at);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.tell_of_alert()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  about notifications;
begin
  about.event := event_of_alert(new.kind);
  about.kind := new.kind;
  about.recovered := new.recovered_at is not null;
  about.critical := is_critical_alert(new.kind);
  about.order_id := new.order_id;
  about.alert_id := new.id;
  about.detail := new.detail;
  about.created_at := coalesce(new.recovered_at, new.created_at);
  perform tell_channels(about);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.tell_of_approval()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  about notifications;
begin
  select r.order_id, r.amount, jsonb_build_object('refundId', r.id, 'number', r.number, 'askedBy', new.asked_by,
                                                  'askedUserId', new.asked_user_id, 'reason', coalesce(new.reason, r.reason),
                                                  'decidedBy', new.decided_by)
    into about.order_id, about.amount, about.detail from refunds r where r.id = new.refund_id;
  about.event := 'refund_approval';
  about.kind := 'refund_approval_' || coalesce(new.decision, 'asked');
  about.recovered := false;
  about.critical := false;
  about.created_at := coalesce(new.decided_at, new.asked_at);
  perform tell_channels(about);
  if new.decision is not null and new.asked_user_id is not null then
    about.person_id := new.asked_user_id;
    perform tell_personally(about);
  end if;
  return null;
exception when others then
  perform forgive_fault(sqlstate, 'the news of an approval', sqlerrm);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.tell_of_payment(payment payment_attempts)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  about notifications;
begin
  if not exists (select from notification_channels c where 'payment_received' = any (c.events) and c.amount_min <= payment.amount_paid)
    then return; end if;
  -- What was played in the sandbox is told to nobody once real credentials are in use.
  if exists (select from gateway_accounts g where g.id = payment.account_id and g.sandbox)
     and exists (select from gateway_accounts g where g.status = 'active' and not g.sandbox) then return; end if;
  about.event := 'payment_received';
  about.kind := 'payment_received';
  about.recovered := false;
  about.critical := false;
  about.order_id := payment.order_id;
  about.amount := payment.amount_paid;
  about.detail := jsonb_build_object('channel', payment.channel, 'transactionId', payment.transaction_id);
  about.created_at := payment.ended_at;
  perform tell_channels(about);
end $function$;

CREATE OR REPLACE FUNCTION public.tell_of_refund()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  about notifications;
begin
  if not exists (select from notification_channels c where 'refund_done' = any (c.events) and c.amount_min <= new.amount)
    then return null; end if;
  about.event := 'refund_done';
  about.kind := 'refund_done';
  about.recovered := false;
  about.critical := false;
  about.order_id := new.order_id;
  about.amount := new.amount;
  about.detail := jsonb_build_object('number', new.number, 'refundId', new.id);
  about.created_at := new.succeeded_at;
  perform tell_channels(about);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.tell_person(person text, about_kind text, about_detail jsonb, about_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  about notifications;
begin
  about.event := 'access';
  about.kind := about_kind;
  about.recovered := false;
  about.critical := true;
  about.detail := about_detail || jsonb_build_object('person', (select u.email from admin_users u where u.id = person));
  about.created_at := about_at;
  -- These two are alerts of their own.
  if about_kind not in ('own_recovery_used', 'own_passkey_suspended') then perform tell_channels(about); end if;
  about.person_id := person;
  perform tell_personally(about);
end $function$;

CREATE OR REPLACE FUNCTION public.tell_personally(about notifications)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  told bigint;
  ways text[];
begin
  select array_agg(c.id) into ways from notification_channels c
   where c.paused_at is null and c.disabled_at is null
     and (c.admin_user_id = about.person_id
          or c.id = (select m.id from notification_channels m
                      where m.kind = 'email' and m.paused_at is null and m.disabled_at is null order by m.created_at, m.id limit 1));
  if ways is null or not exists (select from admin_users u where u.id = about.person_id and u.disabled_at is null) then return; end if;
  insert into notifications (event, kind, recovered, critical, order_id, amount, detail, person_id, created_at)
  values (about.event, about.kind, false, about.critical, about.order_id, about.amount, about.detail, about.person_id, about.created_at)
  returning id into told;
  insert into notification_deliveries (notification_id, channel_id, check_at)
  select told, way, about.created_at from unnest(ways) as way;
exception when others then
  -- Nobody is kept out, and no refund is held up, because a message about it could not be written.
  perform forgive_fault(sqlstate, 'a message of ' || about.kind, sqlerrm);
end $function$;

CREATE OR REPLACE FUNCTION public.upkeep_moves()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.status not in ('waiting', 'running') or new.status = 'waiting' then
    raise exception 'an upkeep run that is % does not become %', old.status, new.status using errcode = 'check_violation';
  end if;
  return new;
end $function$;

