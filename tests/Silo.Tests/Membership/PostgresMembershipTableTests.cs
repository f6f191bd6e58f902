using System.Net;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Silo.Membership;
using CdpPipeline.Storage.Postgres;
using CdpPipeline.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace CdpPipeline.Silo.Tests.Membership;

/// <summary>Who is a member is decided by one who saw what he changes: of two that change something at once one is told to read again.</summary>
public sealed class PostgresMembershipTableTests : IAsyncLifetime
{
    private static readonly DateTime At = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private MembershipDatabase database = null!;
    private PostgresMembershipTable table = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        var connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var options = new PostgresStoreOptions { ConnectionString = connection };
        await using (await PostgresStore.OpenAsync(options, new Nobody(), TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken))
        {
            database = new MembershipDatabase(connection);
            table = await OpenAsync("one");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null) await database.DisposeAsync();
    }

    [Fact]
    public async Task What_is_written_of_a_member_is_read()
    {
        var member = Member(1);
        member.AddSuspector(Member(2).SiloAddress, At);
        Assert.True(await table.InsertRow(member, (await table.ReadAll()).Version.Next()));

        var read = Assert.Single((await table.ReadAll()).Members).Item1;

        Assert.Equal((member.SiloAddress, SiloStatus.Joining, "node-1", "host", At, At), (read.SiloAddress, read.Status, read.SiloName, read.HostName, read.StartTime, read.IAmAliveTime));
        Assert.Equal([Tuple.Create(Member(2).SiloAddress, At)], read.SuspectTimes!);
        Assert.Equal(1, (await table.ReadRow(member.SiloAddress)).Version.Version);
        Assert.Empty((await table.ReadRow(Member(3).SiloAddress)).Members);
    }

    [Fact]
    public async Task Of_two_changes_from_the_same_version_one_is_made()
    {
        var version = (await table.ReadAll()).Version.Next();

        var made = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => table.InsertRow(Member(i), version)));

        Assert.Single(made, done => done);
        Assert.Single((await table.ReadAll()).Members);
    }

    [Fact]
    public async Task A_member_is_changed_only_from_what_it_was_and_with_the_version()
    {
        await table.InsertRow(Member(1), (await table.ReadAll()).Version.Next());
        var before = await table.ReadAll();
        var (member, tag) = (before.Members[0].Item1, before.Members[0].Item2);
        member.Status = SiloStatus.Active;

        Assert.True(await table.UpdateRow(member, tag, before.Version.Next()));
        Assert.False(await table.UpdateRow(member, tag, (await table.ReadAll()).Version.Next()));
        Assert.False(await table.UpdateRow(member, (await table.ReadAll()).Members[0].Item2, before.Version.Next()));

        var after = await table.ReadAll();
        Assert.Equal((SiloStatus.Active, before.Version.Version + 1), (after.Members[0].Item1.Status, after.Version.Version));
    }

    [Fact]
    public async Task To_be_alive_changes_nothing_else()
    {
        await table.InsertRow(Member(1), (await table.ReadAll()).Version.Next());
        var before = await table.ReadAll();
        var later = Member(1);
        later.IAmAliveTime = At.AddMinutes(1);
        later.Status = SiloStatus.Dead;

        await table.UpdateIAmAlive(later);

        var after = await table.ReadAll();
        Assert.Equal((before.Version, before.Members[0].Item2, SiloStatus.Joining, At.AddMinutes(1)), (after.Version, after.Members[0].Item2, after.Members[0].Item1.Status, after.Members[0].Item1.IAmAliveTime));
    }

    [Fact]
    public async Task Only_the_dead_are_forgotten_and_clusters_know_nothing_of_each_other()
    {
        var other = await OpenAsync("other");
        await table.InsertRow(Member(1), (await table.ReadAll()).Version.Next());
        var dead = Member(2);
        dead.Status = SiloStatus.Dead;
        await table.InsertRow(dead, (await table.ReadAll()).Version.Next());
        await other.InsertRow(dead, (await other.ReadAll()).Version.Next());

        await table.CleanupDefunctSiloEntries(At.AddDays(1));

        Assert.Equal(Member(1).SiloAddress, Assert.Single((await table.ReadAll()).Members).Item1.SiloAddress);
        Assert.Single((await other.ReadAll()).Members);
    }

    private static MembershipEntry Member(int number) => new()
    {
        SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 10_000 + number), number),
        Status = SiloStatus.Joining,
        SiloName = $"node-{number}",
        HostName = "host",
        StartTime = At,
        IAmAliveTime = At,
    };

    private async Task<PostgresMembershipTable> OpenAsync(string cluster)
    {
        var opened = new PostgresMembershipTable(database, Options.Create(new ClusterOptions { ClusterId = cluster, ServiceId = "cdp" }));
        await opened.InitializeMembershipTable(tryInitTableVersion: true);
        return opened;
    }

    private sealed class Nobody : IMembershipStream
    {
        public void Publish(IReadOnlyList<MembershipDelta> deltas)
        {
        }
    }
}
