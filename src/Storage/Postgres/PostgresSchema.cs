using System.Globalization;
using Npgsql;

namespace CdpPipeline.Storage.Postgres;

/// <summary>The schema, one migration after the other. Safe when several processes start at once: one migrates, the others wait for it, however long that takes.</summary>
internal static class PostgresSchema
{
    // An arbitrary number that all versions of this program share.
    private const long LockKey = 0x43_44_50_31;

    // Append only: what has been released is never edited.
    private static readonly string[] Migrations =
    [
        """
        create sequence identity_key increment by 1000;

        create table identity (
            key bigint primary key,
            id uuid not null constraint identity_id unique,
            created_at bigint not null,
            merged_into uuid,
            merge_pending boolean not null default false);
        create index identity_pending on identity (key) where merge_pending;

        create table event (
            identity bigint not null,
            seq bigint not null,
            at bigint not null,
            received bigint not null,
            claimed integer not null,
            kind smallint not null,
            late boolean not null,
            name text,
            source text,
            message_id text,
            identifiers text,
            properties text,
            context text,
            primary key (identity, seq));
        create index event_late on event (identity, at, seq) where late;
        alter table event set (autovacuum_vacuum_insert_scale_factor = 0.2);

        create table message_block (identity bigint not null, number integer not null, data bytea not null, primary key (identity, number));
        alter table message_block alter column data set storage external;

        create table identifier (
            kind smallint not null,
            value text collate "C" not null,
            owner bigint not null,
            first_seen bigint not null,
            primary key (kind, value));

        create table snapshot (identity bigint primary key, seq bigint not null, data bytea not null) with (fillfactor = 80);

        create table membership (
            segment uuid not null,
            identity bigint not null,
            since bigint not null,
            primary key (segment, identity));
        create index membership_identity on membership (identity);

        create table due (identity bigint primary key, at bigint not null);
        create index due_at on due (at);

        create table document (
            kind text collate "C" not null,
            id text collate "C" not null,
            json text not null,
            version bigint not null,
            primary key (kind, id));

        create table writer_position (writer integer generated always as identity primary key, position bigint not null);
        """,
        """
        create table membership_set (
            id uuid primary key,
            segment uuid not null,
            state smallint not null,
            is_whole boolean not null,
            saved_in bigint not null,
            definition text not null);

        create table membership_transition (
            writer integer not null,
            commit bigint not null,
            ordinal bigint not null,
            segment uuid not null,
            identity bigint not null,
            entered boolean not null,
            at bigint not null,
            since bigint not null,
            cause smallint not null,
            primary key (writer, commit, ordinal));
        create index membership_transition_segment on membership_transition (segment, at, writer, commit, ordinal);

        alter table writer_position add column at bigint not null default (extract(epoch from now()) * 1000000)::bigint;
        """,
        """
        alter table writer_position add column node text collate "C";
        create table fenced_node (node text collate "C" primary key, at bigint not null);
        create table document_kind (kind text collate "C" primary key, changes bigint not null) with (fillfactor = 50);

        create table cluster (id text collate "C" primary key, version integer not null);

        create table cluster_member (
            cluster text collate "C" not null,
            address text collate "C" not null,
            status smallint not null,
            alive_at timestamp with time zone not null,
            version bigint not null,
            json text not null,
            primary key (cluster, address));
        """,
        """
        create table erasure (
            id uuid primary key,
            identity uuid not null,
            at bigint not null,
            completed_at bigint,
            suppresses boolean not null,
            components bigint not null,
            identifiers bigint not null,
            events bigint not null default 0,
            changes bigint not null default 0,
            message_blocks bigint not null default 0,
            snapshots bigint not null default 0,
            memberships bigint not null,
            transitions bigint not null default 0,
            due_times bigint not null);
        create index erasure_pending on erasure (at) where completed_at is null;

        create table erased_identity (id uuid primary key, key bigint not null unique, erasure uuid not null, revision bigint not null);
        create index erased_identity_erasure on erased_identity (erasure);
        create index erased_identity_revision on erased_identity (revision);

        create table suppressed_identifier (hash uuid primary key, erasure uuid not null, revision bigint not null, is_lifted boolean not null);
        create index suppressed_identifier_revision on suppressed_identifier (revision);

        create index identity_merged on identity (merged_into) where merged_into is not null;
        """,
        """
        create table audit_entry (
            id uuid primary key,
            at bigint not null,
            actor text not null,
            actor_name text not null,
            session text,
            action text not null,
            target text,
            status integer);
        """,
        "create table retention_mark (identity bigint primary key, seq bigint not null, settings bigint not null, last_seq bigint) with (fillfactor = 80);",
        string.Create(CultureInfo.InvariantCulture, $"""
        select pg_advisory_xact_lock({PostgresAdmission.LockKey});

        alter table membership_set add column told_by integer, add column told_to bigint;
        create index membership_set_told on membership_set (told_by) where told_by is not null;
        create table membership_touch (number bigint generated always as identity primary key, writer integer not null, identity bigint not null);

        create function note_membership() returns trigger language plpgsql as $$
        begin
            if (select max(told_by) from membership_set) is not null then
                insert into membership_touch (writer, identity)
                select s.told_by, c.identity from changed c join membership_set s on s.id = c.segment where s.told_by is not null and s.state < 2;
            end if;
            return null;
        end $$;
        create trigger membership_came after insert on membership referencing new table as changed for each statement execute function note_membership();
        create trigger membership_moved after update on membership referencing new table as changed for each statement execute function note_membership();
        create trigger membership_gone after delete on membership referencing old table as changed for each statement execute function note_membership();
        """),
    ];

    public static int Version => Migrations.Length;

    public static Task MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => MigrateAsync(connection, Version, cancellationToken);

    /// <summary>Migrates to a version that a program from before knew as its last.</summary>
    public static async Task MigrateAsync(NpgsqlConnection connection, int to, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync("set local statement_timeout = 0");
        await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"select pg_advisory_xact_lock({LockKey})"));
        await ExecuteAsync("create table if not exists schema_version (version integer primary key)");
        await using var read = new NpgsqlCommand("select coalesce(max(version), 0) from schema_version", connection);
        var version = (int)(await read.ExecuteScalarAsync(cancellationToken))!;
        if (version > Version) throw NewerStoreException.Of(version, Version);
        for (; version < to; version++)
        {
            await ExecuteAsync(Migrations[version]);
            await ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"insert into schema_version values ({version + 1})"));
        }

        await transaction.CommitAsync(cancellationToken);

        // A large table may take long, and so may another process that is at it already: neither end gives up.
        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
