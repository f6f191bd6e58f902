namespace CdpPipeline.Storage.Sqlite;

/// <summary>The schema, one migration after the other. Safe when several processes start at once.</summary>
internal static class SqliteSchema
{
    // Append only: what has been released is never edited.
    private static readonly string[] Migrations =
    [
        """
        create table identity (
            key integer primary key,
            id blob not null unique,
            created_at integer not null,
            merged_into blob,
            merge_pending integer not null default 0) strict;
        create index identity_pending on identity (key) where merge_pending = 1;

        create table event (
            identity integer not null,
            seq integer not null,
            kind integer not null,
            at integer not null,
            received integer not null,
            late integer not null,
            claimed integer not null,
            name text,
            source text,
            message_id text,
            identifiers text,
            properties text,
            context text,
            primary key (identity, seq)) strict;
        create index event_late on event (identity, at, seq) where late = 1;

        create table message_block (
            identity integer not null,
            number integer not null,
            data blob not null,
            primary key (identity, number)) strict;

        create table identifier (
            kind integer not null,
            value text not null,
            owner integer not null,
            first_seen integer not null,
            primary key (kind, value)) strict, without rowid;

        create table snapshot (identity integer primary key, seq integer not null, data blob not null) strict;

        create table membership (
            segment blob not null,
            identity integer not null,
            since integer not null,
            primary key (segment, identity)) strict, without rowid;
        create index membership_identity on membership (identity);

        create table due (identity integer primary key, at integer not null) strict;
        create index due_at on due (at);

        create table document (
            kind text not null,
            id text not null,
            json text not null,
            version integer not null,
            primary key (kind, id)) strict, without rowid;

        create table writer_position (writer integer primary key, position integer not null) strict;

        create table key_block (one integer primary key check (one = 1), next integer not null) strict;
        insert into key_block values (1, 1);
        """,
        """
        create table membership_set (
            id blob primary key,
            segment blob not null,
            state integer not null,
            is_whole integer not null,
            saved_in integer not null,
            definition text not null) strict, without rowid;

        create table membership_transition (
            writer integer not null,
            "commit" integer not null,
            ordinal integer not null,
            segment blob not null,
            identity integer not null,
            entered integer not null,
            at integer not null,
            since integer not null,
            cause integer not null,
            primary key (writer, "commit", ordinal)) strict, without rowid;
        create index membership_transition_segment on membership_transition (segment, at, writer, "commit", ordinal);

        alter table writer_position add column at integer not null default 0;
        update writer_position set at = unixepoch() * 1000000;
        """,
        """
        alter table writer_position add column node text;
        create table fenced_node (node text primary key, at integer not null) strict, without rowid;
        create table document_kind (kind text primary key, changes integer not null) strict, without rowid;
        """,
        """
        create table erasure (
            id blob primary key,
            identity blob not null,
            at integer not null,
            completed_at integer,
            suppresses integer not null,
            components integer not null,
            identifiers integer not null,
            events integer not null default 0,
            changes integer not null default 0,
            message_blocks integer not null default 0,
            snapshots integer not null default 0,
            memberships integer not null,
            transitions integer not null default 0,
            due_times integer not null) strict, without rowid;
        create index erasure_pending on erasure (at) where completed_at is null;

        create table erased_identity (
            id blob primary key,
            key integer not null unique,
            erasure blob not null,
            revision integer not null) strict, without rowid;
        create index erased_identity_erasure on erased_identity (erasure);
        create index erased_identity_revision on erased_identity (revision);

        create table suppressed_identifier (
            hash blob primary key,
            erasure blob not null,
            revision integer not null,
            is_lifted integer not null) strict, without rowid;
        create index suppressed_identifier_revision on suppressed_identifier (revision);

        create index identity_merged on identity (merged_into) where merged_into is not null;
        """,
        """
        create table audit_entry (
            id blob primary key,
            at integer not null,
            actor text not null,
            actor_name text not null,
            session text,
            action text not null,
            target text,
            status integer) strict, without rowid;
        """,
        "create table retention_mark (identity integer primary key, seq integer not null, settings integer not null, last_seq integer) strict;",
        """
        alter table membership_set add column told_by integer;
        alter table membership_set add column told_to integer;
        create index membership_set_told on membership_set (segment) where told_by is not null;
        create table membership_touch (number integer primary key, writer integer not null, identity integer not null) strict;
        """,
    ];

    public static int Version => Migrations.Length;

    public static void Migrate(SqliteConnection connection) => Migrate(connection, Version);

    /// <summary>Migrates to a version that a program from before knew as its last.</summary>
    public static void Migrate(SqliteConnection connection, int to) => connection.Write(inner =>
    {
        inner.Execute("create table if not exists schema_version (version integer not null) strict");
        var read = inner.Prepare("select coalesce(max(version), 0) from schema_version");
        read.Step();
        var version = read.Int(0);
        read.Reset();
        if (version > Version) throw NewerStoreException.Of(version, Version);
        for (; version < to; version++)
        {
            inner.Execute(Migrations[version]);
            var write = inner.Prepare("insert into schema_version values (?)");
            write.Bind(0, version + 1);
            write.Execute();
        }

        return version;
    });
}
