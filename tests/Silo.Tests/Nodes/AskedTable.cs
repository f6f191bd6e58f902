using System.Net;

namespace CdpPipeline.Silo.Tests.Nodes;

/// <summary>The table of members, as far as a node asks it about itself: says what it was told to say, and counts how often it was asked.</summary>
internal sealed class AskedTable : IMembershipTable
{
    public static readonly SiloAddress Address = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 10_001), 1);

    public int Asked { get; private set; }

    /// <summary>What the node's row says; null: there is none.</summary>
    public SiloStatus? Status { get; set; } = SiloStatus.Active;

    /// <summary>Nobody can read it.</summary>
    public bool IsLost { get; set; }

    /// <summary>Happens while it is being read.</summary>
    public Action? Meanwhile { get; set; }

    public Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        Asked++;
        Meanwhile?.Invoke();
        if (IsLost) throw new IOException("The table cannot be read.");
        Assert.Equal(Address, key);
        List<Tuple<MembershipEntry, string>> rows = Status is { } status ? [Tuple.Create(new MembershipEntry { SiloAddress = key, Status = status }, "1")] : [];
        return Task.FromResult(new MembershipTableData(rows, new TableVersion(1, "1")));
    }

    public Task InitializeMembershipTable(bool tryInitTableVersion) => throw new NotSupportedException();

    public Task DeleteMembershipTableEntries(string clusterId) => throw new NotSupportedException();

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => throw new NotSupportedException();

    public Task<MembershipTableData> ReadAll() => throw new NotSupportedException();

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => throw new NotSupportedException();

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => throw new NotSupportedException();

    public Task UpdateIAmAlive(MembershipEntry entry) => throw new NotSupportedException();
}
