using System.Globalization;

namespace CdpPipeline.Bench;

/// <summary>What to measure, on which store, and how much of it.</summary>
internal sealed record BenchArguments(BenchCommand Command)
{
    public const string Usage =
        """
        usage: CdpPipeline.Bench <command> [options]

          merge-cost     merge, undo and the profile read after each: 10 events beside --events
          append-flat    cost of an append by the length of a timeline and by the number of identities
          memory         process memory of --people active people
          batch          HTTP: batches of 100 events a second
          single         HTTP: single events a second
          profile        HTTP: profile reads a second
          segments       HTTP: batches of 100 events a second with 10 segments beside 1,000, of which an event touches 100
          fold-cost      the rules alone: taking an event in and judging the segments it touches
          kept-memory    memory of a person's windows for one condition of each kind, by the number of events
          live           HTTP: milliseconds from an event to the live count's change, at half of full load
          backfill       five definitions saved over --identities people of 10 events
          change         the definition of a segment of --identities members changed, with commits beside
          preview        unsaved definitions over --people people of 10 events
          due            --people people whose windows end within one minute
          due-restart    HTTP: --people people whose windows end while the program is down
          cluster        HTTP: batches, single events and profile reads, one process beside 1, 2 and 3 nodes; needs --postgres, and src/Silo built
          retention      removing half of the events of --people people, and all of one person's
          overload       HTTP: three times as many batches as the server can take, for a minute

          --postgres "<connection string>"   a PostgreSQL server (a database is made and dropped); without it SQLite in a temporary folder
          --events N       longest timeline             (default 1,000,000)
          --identities N   most identities in the store (default 1,000,000)
          --people N       people for memory, preview, due, due-restart, retention (default 100,000)
          --rate N         events a second beside backfill, due, due-restart (default 10,000)
          --rounds N       rounds to take medians of    (default 9)
          --seconds N      measured seconds over HTTP   (default 10, overload 60)
          --url URL        HTTP: load a server that runs already, with --write-key and --api-key
        """;

    /// <summary>A server to make a database on; null: SQLite.</summary>
    public string? Postgres { get; private init; }

    public int Events { get; private init; } = 1_000_000;

    public int Identities { get; private init; } = 1_000_000;

    public int People { get; private init; } = 100_000;

    public int Rate { get; private init; } = 10_000;

    public int Rounds { get; init; } = 9;

    public TimeSpan Duration { get; private init; } = TimeSpan.FromSeconds(10);

    /// <summary>A server that runs already; null: start one.</summary>
    public Uri? Url { get; private init; }

    public string WriteKey { get; private init; } = "wk_bench";

    public string ApiKey { get; private init; } = "ak_bench";

    /// <summary>Null when the arguments make no sense.</summary>
    public static BenchArguments? Read(string[] args)
    {
        if (args.Length % 2 == 0 || !Enum.TryParse<BenchCommand>(args[0].Replace("-", string.Empty, StringComparison.Ordinal), ignoreCase: true, out var command)) return null;
        var arguments = new BenchArguments(command);
        if (command == BenchCommand.Overload) arguments = arguments with { Duration = TimeSpan.FromMinutes(1) };
        for (var i = 1; i < args.Length; i += 2)
        {
            if (arguments.With(args[i], args[i + 1]) is not { } more) return null;
            arguments = more;
        }

        return arguments;
    }

    private BenchArguments? With(string option, string value) => option switch
    {
        "--postgres" => this with { Postgres = value },
        "--url" when Uri.TryCreate(value, UriKind.Absolute, out var url) => this with { Url = url },
        "--write-key" => this with { WriteKey = value },
        "--api-key" => this with { ApiKey = value },
        _ => int.TryParse(value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) && number > 0 ? With(option, number) : null,
    };

    private BenchArguments? With(string option, int number) => option switch
    {
        "--events" => this with { Events = number },
        "--identities" => this with { Identities = number },
        "--people" => this with { People = number },
        "--rate" => this with { Rate = number },
        "--rounds" => this with { Rounds = number },
        "--seconds" => this with { Duration = TimeSpan.FromSeconds(number) },
        _ => null,
    };
}
