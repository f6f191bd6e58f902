using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using CdpPipeline.Faults.Tests.Checks;
using CdpPipeline.Faults.Tests.Load;
using CdpPipeline.Faults.Tests.Processes;

namespace CdpPipeline.Faults.Tests;

/// <summary>Many clients at one person at once, through the real program.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class RaceTests
{
    private const int Clients = 64;

    private static readonly DateTimeOffset Noon = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private int messages;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public Task First_events_of_a_new_person_from_many_clients_at_once_make_one_identity(string store) => RaceAsync(store, async (_, sender, _) =>
    {
        for (var person = 0; person < 30; person++)
        {
            var (user, anonymous, email) = (Text($"u-{person}"), Text($"a-{person}"), Text($"p{person}@example.com"));
            await AtOnceAsync(Enumerable.Range(0, Clients), client => sender.SendAsync(
                (person % 3, client % 4) switch
                {
                    (0, _) or (_, 0) => Track() with { AnonymousId = anonymous },
                    (1, _) or (_, 1) => Track() with { AnonymousId = anonymous, UserId = user },
                    (_, 2) => Track() with { UserId = user, Email = email },
                    _ => Track() with { AnonymousId = anonymous, Email = email },
                },
                Token));
        }
    });

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public Task Crossing_merges_by_alias_and_by_request_make_one_identity_with_all_events(string store) => RaceAsync(store, async (program, sender, random) =>
    {
        using var http = new HttpClient { BaseAddress = program.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", CdpProcess.ApiKey);
        for (var pair = 0; pair < 10; pair++)
        {
            var (a, b) = (Text($"a-{pair}"), Text($"b-{pair}"));
            await AtOnceAsync([a, b], user => sender.SendAsync(Track() with { UserId = user, AnonymousId = $"{user}-visit" }, Token));
            await AtOnceAsync(Shuffled(Clients, random), async client =>
            {
                var (one, other) = client % 2 == 0 ? (a, b) : (b, a);
                await ((client % 3) switch
                {
                    0 => sender.SendAsync(Make("alias") with { UserId = one, PreviousId = other, IsPreviousUser = true }, Token),
                    1 => MergeAsync(http, one, other),
                    _ => sender.SendAsync(Track() with { UserId = one, AnonymousId = $"{other}-visit" }, Token),
                });
            });
        }
    });

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public Task Rings_of_merges_among_many_identities_make_one_identity(string store) => RaceAsync(store, async (_, sender, random) =>
    {
        const int Members = 24;
        for (var ring = 0; ring < 4; ring++)
        {
            var name = Text($"r{ring}");
            await AtOnceAsync(Enumerable.Range(0, Members), i => sender.SendAsync(Member(name, i), Token));
            var steps = Shuffled(Members * 3, random).Select(i => i % Members);
            await AtOnceAsync(steps, async i =>
            {
                var next = Member(name, (i + 1) % Members);

                // Users are joined by alias, visitors by events that name two of them.
                await sender.SendAsync(
                    ring % 2 == 0
                        ? Make("alias") with { UserId = Member(name, i).UserId, PreviousId = next.UserId, IsPreviousUser = true }
                        : Track() with { AnonymousId = Member(name, i).AnonymousId, Email = next.Email },
                    Token);
            });
        }

        Call Member(string ring, int i) => ring is "r0" or "r2"
            ? Track() with { UserId = Text($"{ring}-u{i}"), AnonymousId = Text($"{ring}-a{i}") }
            : Track() with { AnonymousId = Text($"{ring}-a{i}"), Email = Text($"{ring}-{i}@example.com") };
    });

    private static async Task RaceAsync(string store, Func<CdpProcess, CallSender, Random, Task> race) => await Run.WithSeedAsync(store, async (opened, program, seed) =>
    {
        await program.StartAsync(Token);
        using (var api = new ReadApi(program))
        {
            foreach (var segment in ExpectedSegment.AtFirst) Assert.True(await api.TrySaveAsync(segment, Token), program.Output);
        }

        var ledger = new CallLedger();
        using var http = new HttpClient { BaseAddress = program.Address };
        await race(program, new CallSender(http, ledger), new Random(seed)).WaitAsync(TimeSpan.FromSeconds(60), Token);
        Assert.Equal(0, ledger.Unanswered);
        await new FinalCheck(opened, program, ledger, Token).RunAsync();
    });

    // All set off together, not one after the other as they are made.
    private static async Task AtOnceAsync<T>(IEnumerable<T> items, Func<T, Task> act)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = items.Select(async item =>
        {
            await start.Task;
            await act(item);
        }).ToList();
        start.SetResult();
        await Task.WhenAll(all);
    }

    private static async Task MergeAsync(HttpClient http, string one, string other)
    {
        while (true)
        {
            using var answer = await http.PostAsJsonAsync(new Uri($"/api/profiles/userId:{one}/merges", UriKind.Relative), new { other = $"userId:{other}" }, Token);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
                return;
            }

            await Task.Delay(20, Token);
        }
    }

    private static int[] Shuffled(int count, Random random)
    {
        var numbers = Enumerable.Range(0, count).ToArray();
        random.Shuffle(numbers);
        return numbers;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private Call Track() => Make("track") with { EventName = "Clicked" };

    private Call Make(string type)
    {
        var number = Interlocked.Increment(ref messages);
        return new Call(Text($"m-{number}"), type, Noon.AddSeconds(number));
    }
}
