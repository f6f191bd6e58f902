using System.Collections.Concurrent;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Storage.Postgres;
using CdpPipeline.Storage.Tests.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CdpPipeline.Storage.Tests.Postgres;

/// <summary>The server takes connections away in the middle of work.</summary>
public sealed class PostgresFaultTests(OwnPostgresFixture fixture) : StoreContract(fixture), IClassFixture<OwnPostgresFixture>
{
    private readonly SegmentId segment = new(Guid.CreateVersion7());

    [Fact]
    public Task Terminated_backends_lose_and_double_nothing_that_was_committed() => LoadThroughAsync(async () =>
    {
        await using var admin = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(fixture.ConnectionString) { Pooling = false }.ConnectionString);
        await admin.OpenAsync(Token);
        for (var i = 0; i < 15; i++)
        {
            await using var kill = new NpgsqlCommand("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", admin);
            await kill.ExecuteNonQueryAsync(Token);
            await Task.Delay(60, Token);
        }
    });

    [Fact]
    public async Task A_crashed_server_loses_and_doubles_nothing_that_was_committed()
    {
        var server = fixture.Server;
        Assert.SkipUnless(server.IsPrivate, "The given server is not ours to restart.");
        await LoadThroughAsync(server.RestartAsync);
    }

    [Fact]
    public async Task While_the_server_is_away_reads_and_long_waits_say_so()
    {
        var server = fixture.Server;
        Assert.SkipUnless(server.IsPrivate, "The given server is not ours to stop.");
        var options = fixture.Options;
        options.GroupCommit.OutageWaitMax = TimeSpan.FromSeconds(1);
        await using var store = await PostgresStore.OpenAsync(options, Stream, TimeProvider.System, NullLoggerFactory.Instance, Token);
        var person = await CreateAsync();

        await server.StopAsync();
        try
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Events.LoadAsync(person.Id, Token));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Documents.GetAsync("k", "a", Token));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Identities.FindOwnerAsync(UserId("u"), Token).AsTask());
            for (var i = 0; i < 3; i++)
            {
                await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Events.AppendAsync(new Append { Entries = [Entry(person.Key, 1)] }, Token).WaitAsync(TimeSpan.FromSeconds(20), Token));
            }
        }
        finally
        {
            await server.StartAgainAsync();
        }

        // The next one is written by itself as soon as the server is back.
        Assert.IsType<Committed>(await store.Events.AppendAsync(new Append { Entries = [Entry(person.Key, 1)] }, Token));
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_announced_without_waiting_for_another()
    {
        await using var proxy = new AnswerLosingProxy(fixture.ConnectionString);
        var options = fixture.Options;
        options.ConnectionString = proxy.ConnectionString;
        var stream = new RecordedStream();
        await using var store = await PostgresStore.OpenAsync(options, stream, TimeProvider.System, NullLoggerFactory.Instance, Token);
        var person = await CreateAsync();
        await KeepAsync(segment);

        proxy.LoseNextCommit();
        var append = new Append { Entries = [Entry(person.Key, 1)], Memberships = [new MembershipChange(segment, person.Key, Noon)] };
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Events.AppendAsync(append, Token));

        Assert.Equal(1, await RowsAsync());
        for (var i = 0; i < 500 && stream.Total(segment) == 0; i++) await Task.Delay(10, Token);
        Assert.Equal(1, stream.Total(segment));
    }

    // Forty people append one after the other; whoever does not know the outcome loads again, as a grain does.
    private async Task LoadThroughAsync(Func<Task> trouble)
    {
        await KeepAsync(segment);
        var people = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => CreateAsync()));
        var acknowledged = new ConcurrentDictionary<long, long>();
        var faults = 0;
        using var stop = new CancellationTokenSource();
        var load = people.Select(person => Task.Run(
            async () =>
            {
                for (var seq = 1L; !stop.IsCancellationRequested;)
                {
                    try
                    {
                        var since = seq % 2 == 1 ? Noon : (DateTimeOffset?)null;
                        var memberships = seq % 3 == 0 ? new[] { new MembershipChange(segment, person.Key, since) } : [];
                        Assert.IsType<Committed>(await Log.AppendAsync(
                            new Append { Entries = [Entry(person.Key, seq, Track("A", Noon, $"m{seq}")), Entry(person.Key, seq + 1)], Memberships = memberships }, Token));
                        acknowledged[person.Key] = seq += 2;
                    }
                    catch (StoreUnavailableException)
                    {
                        Interlocked.Increment(ref faults);
                        seq = await LastSeqAsync(person.Key) + 1;
                    }
                }
            },
            Token)).ToList();

        await Task.Delay(300, Token);
        await trouble();
        await Task.Delay(500, Token);
        await stop.CancelAsync();
        await Task.WhenAll(load);

        Assert.True(faults > 0, "The trouble came through to nobody.");
        foreach (var person in people)
        {
            var entries = await EntriesAsync(person.Key);
            Assert.Equal(Enumerable.Range(1, entries.Count).Select(seq => (long)seq), entries.Select(entry => entry.Seq));
            Assert.True(entries.Count >= acknowledged[person.Key] - 1);
        }

        // What was left open is settled without another commit.
        for (var i = 0; i < 500 && Stream.Total(segment) != await RowsAsync(); i++) await Task.Delay(10, Token);

        Assert.Equal(await RowsAsync(), Stream.Total(segment));
    }

    private async Task<long> RowsAsync() => (await Store.Memberships.CountAsync(segment, Token)).Count;

    private async Task<long> LastSeqAsync(long key)
    {
        while (true)
        {
            try
            {
                return (await EntriesAsync(key)) is [.., var last] ? last.Seq : 0;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(50, Token);
            }
        }
    }
}
