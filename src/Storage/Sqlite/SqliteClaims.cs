using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.GroupCommit;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Takes the identifiers of one append, all or none.</summary>
internal static class SqliteClaims
{
    public static AppendResult Take(SqliteConnection open, IReadOnlyList<Claim> claims)
    {
        List<Claim>? lost = null;
        var won = new List<Claim>(claims.Count);
        foreach (var claim in claims)
        {
            var insert = open.Prepare("insert into identifier (kind, value, owner, first_seen) values (?,?,?,?) on conflict do nothing");
            insert.Bind(0, (long)claim.Identifier.Kind);
            insert.Bind(1, claim.Identifier.Value);
            insert.Bind(2, claim.Component);
            insert.Bind(3, claim.FirstSeen.ToMicros());
            if (insert.Execute() > 0) won.Add(claim);
            else (lost ??= []).Add(claim);
        }

        if (lost is null) return PendingAppend.Committed;

        foreach (var claim in won)
        {
            var delete = open.Prepare("delete from identifier where kind = ? and value = ?");
            delete.Bind(0, (long)claim.Identifier.Kind);
            delete.Bind(1, claim.Identifier.Value);
            delete.Execute();
        }

        // Whoever finds its own component to be the owner is a second activation of the same identity.
        return lost.Exists(claim => OwnerOf(open, claim.Identifier) == claim.Component)
            ? new Fenced()
            : new IdentifiersTaken([.. lost.Select(claim => claim.Identifier)]);
    }

    private static long OwnerOf(SqliteConnection open, Identifier identifier)
    {
        var read = open.Prepare("select owner from identifier where kind = ? and value = ?");
        read.Bind(0, (long)identifier.Kind);
        read.Bind(1, identifier.Value);
        var owner = read.Step() ? read.Long(0) : 0;
        read.Reset();
        return owner;
    }
}
