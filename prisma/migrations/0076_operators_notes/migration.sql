-- What a process counts where nobody can ask it: a worker has no door, so the web process shows its figures.
create table process_figures (
  process  text primary key check (char_length(process) <= 255),
  figures  text not null check (octet_length(figures) <= 262144),
  taken_at timestamptz not null
);

-- The last call that came by a proxy which is not trusted: one row for proxies on a private address, one for all others, so
-- that strangers who write such headers cannot make it grow.
create table untrusted_proxies (
  private boolean primary key,
  peer    text not null check (char_length(peer) <= 64),
  seen_at timestamptz not null
);
