namespace CdpPipeline.Storage.Transfer;

/// <summary>A table that is carried from store to store, under the name and with the columns that it has in each.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The columns of its primary key: the order in which its rows are carried.</param>
/// <param name="Columns">All of its columns.</param>
public sealed record TransferTable(string Name, IReadOnlyList<string> Key, IReadOnlyList<TransferColumn> Columns)
{
    /// <summary>Everything that is kept. What a store only needs to give out numbers is made anew from it; which processes run on it, or were fenced, stays where it is.</summary>
    public static readonly IReadOnlyList<TransferTable> All =
    [
        Of("document", ["kind", "id"], ("kind", TransferType.Text), ("id", TransferType.Text), ("json", TransferType.Text), ("version", TransferType.Long)),
        Of("document_kind", ["kind"], ("kind", TransferType.Text), ("changes", TransferType.Long)),
        Of(
            "identity",
            ["key"],
            ("key", TransferType.Long),
            ("id", TransferType.Guid),
            ("created_at", TransferType.Long),
            ("merged_into", TransferType.Guid),
            ("merge_pending", TransferType.Boolean)),
        Of("identifier", ["kind", "value"], ("kind", TransferType.Short), ("value", TransferType.Text), ("owner", TransferType.Long), ("first_seen", TransferType.Long)),
        Of(
            "event",
            ["identity", "seq"],
            ("identity", TransferType.Long),
            ("seq", TransferType.Long),
            ("kind", TransferType.Short),
            ("at", TransferType.Long),
            ("received", TransferType.Long),
            ("late", TransferType.Boolean),
            ("claimed", TransferType.Int),
            ("name", TransferType.Text),
            ("source", TransferType.Text),
            ("message_id", TransferType.Text),
            ("identifiers", TransferType.Text),
            ("properties", TransferType.Text),
            ("context", TransferType.Text)),
        Of("message_block", ["identity", "number"], ("identity", TransferType.Long), ("number", TransferType.Int), ("data", TransferType.Bytes)),
        Of("snapshot", ["identity"], ("identity", TransferType.Long), ("seq", TransferType.Long), ("data", TransferType.Bytes)),
        Of("due", ["identity"], ("identity", TransferType.Long), ("at", TransferType.Long)),
        Of(
            "membership_set",
            ["id"],
            ("id", TransferType.Guid),
            ("segment", TransferType.Guid),
            ("state", TransferType.Short),
            ("is_whole", TransferType.Boolean),
            ("saved_in", TransferType.Long),
            ("definition", TransferType.Text)),
        Of("membership", ["segment", "identity"], ("segment", TransferType.Guid), ("identity", TransferType.Long), ("since", TransferType.Long)),
        Of(
            "writer_position",
            ["writer"],
            ("writer", TransferType.Int),
            ("position", TransferType.Long),
            ("at", TransferType.Long),
            ("node", TransferType.Text)),
        Of(
            "membership_transition",
            ["writer", "commit", "ordinal"],
            ("writer", TransferType.Int),
            ("commit", TransferType.Long),
            ("ordinal", TransferType.Long),
            ("segment", TransferType.Guid),
            ("identity", TransferType.Long),
            ("entered", TransferType.Boolean),
            ("at", TransferType.Long),
            ("since", TransferType.Long),
            ("cause", TransferType.Short)) with
        {
            Condition = "writer in (select writer from writer_position where position > 0)",
        },
        Of(
            "erasure",
            ["id"],
            ("id", TransferType.Guid),
            ("identity", TransferType.Guid),
            ("at", TransferType.Long),
            ("completed_at", TransferType.Long),
            ("suppresses", TransferType.Boolean),
            ("components", TransferType.Long),
            ("identifiers", TransferType.Long),
            ("events", TransferType.Long),
            ("changes", TransferType.Long),
            ("message_blocks", TransferType.Long),
            ("snapshots", TransferType.Long),
            ("memberships", TransferType.Long),
            ("transitions", TransferType.Long),
            ("due_times", TransferType.Long)),
        Of("erased_identity", ["id"], ("id", TransferType.Guid), ("key", TransferType.Long), ("erasure", TransferType.Guid), ("revision", TransferType.Long)),
        Of(
            "suppressed_identifier",
            ["hash"],
            ("hash", TransferType.Guid),
            ("erasure", TransferType.Guid),
            ("revision", TransferType.Long),
            ("is_lifted", TransferType.Boolean)),
        Of(
            "audit_entry",
            ["id"],
            ("id", TransferType.Guid),
            ("at", TransferType.Long),
            ("actor", TransferType.Text),
            ("actor_name", TransferType.Text),
            ("session", TransferType.Text),
            ("action", TransferType.Text),
            ("target", TransferType.Text),
            ("status", TransferType.Int)),
        Of("retention_mark", ["identity"], ("identity", TransferType.Long), ("seq", TransferType.Long), ("settings", TransferType.Long), ("last_seq", TransferType.Long)),
    ];

    /// <summary>Which of its rows are carried. What was written beforehand of a switch of sets is not: the other store writes that again.</summary>
    internal string Condition { get; init; } = "true";

    internal string Selection => $"select {Quoted(Columns.Select(column => column.Name))} from {Name} where {Condition} order by {Quoted(Key)}";

    internal static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"\"{name}\""));

    private static TransferTable Of(string name, string[] key, params (string Name, TransferType Type)[] columns) =>
        new(name, key, [.. columns.Select(column => new TransferColumn(column.Name, column.Type))]);
}

/// <summary>A column and what its values are.</summary>
public sealed record TransferColumn(string Name, TransferType Type);

/// <summary>What a value is: a <see cref="long"/>, <see cref="int"/>, <see cref="short"/>, <see cref="bool"/>, <see cref="string"/>, <see cref="Guid"/>, an array of bytes, or null.</summary>
public enum TransferType
{
    Long = 1,
    Int = 2,
    Short = 3,
    Boolean = 4,
    Text = 5,
    Guid = 6,
    Bytes = 7,
}
