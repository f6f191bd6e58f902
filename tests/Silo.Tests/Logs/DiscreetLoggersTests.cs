using CdpPipeline.Silo.Logs;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Silo.Tests.Logs;

public sealed class DiscreetLoggersTests
{
    private const string Mark = "xk4vq";

    private static readonly KeyValuePair<string, object?>[] Late =
    [
        new("Message", new Call()),
        new("Reason", $"{Mark} has gone"),
        new("Grain", GrainId.Create("cdp-alias", $"userId:{Mark}")),
        new("Person", GrainId.Create("cdp-identity", "0198c0de")),
        new("Elapsed", TimeSpan.FromSeconds(3)),
        new("{OriginalFormat}", "{Message} to {Grain} for {Person} took {Elapsed:c}, {Reason}"),
    ];

    [Theory]
    [InlineData("Orleans.Runtime.Catalog")]
    [InlineData("Microsoft.Orleans.Messaging")]
    [InlineData("Polly")]
    public void Of_a_line_of_Orleans_only_what_names_nobody_is_written(string category)
    {
        var line = Write(category, Late, exception: null);

        Assert.Contains("… to cdp-alias/… for cdp-identity/0198c0de took 00:00:03, …", line, StringComparison.Ordinal);
        Assert.DoesNotContain(Mark, line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_ours_is_written_as_it_is() => Assert.Contains($"{Mark} has gone", Write("CdpPipeline.Silo", Late, exception: null), StringComparison.Ordinal);

    [Fact]
    public void Of_an_exception_of_Orleans_the_log_says_what_it_is_and_where_it_came_from_wherever_it_was_caught()
    {
        foreach (var foreign in new Exception[] { new TimeoutException(Mark), new OrleansException(Mark), new AggregateException(new SiloUnavailableException(Mark)) })
        {
            var caught = Caught(new InvalidOperationException("Nobody could be judged.", foreign));

            var line = Write("CdpPipeline.Grains.Bulk.Backfill", [], caught);

            Assert.DoesNotContain(Mark, line, StringComparison.Ordinal);
            Assert.Contains("InvalidOperationException: Nobody could be judged.", line, StringComparison.Ordinal);
            Assert.Contains(foreign.GetType().Name, line, StringComparison.Ordinal);
            Assert.Contains(nameof(Caught), line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_exception_of_ours_says_what_it_says()
    {
        var line = Write("CdpPipeline.Silo", [], Caught(new InvalidOperationException("It is so.")));

        Assert.Contains("It is so.", line, StringComparison.Ordinal);
        Assert.Contains(nameof(Caught), line, StringComparison.Ordinal);
    }

    private static InvalidOperationException Caught(InvalidOperationException thrown)
    {
        try
        {
            throw thrown;
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }

    private static string Write(string category, KeyValuePair<string, object?>[] values, Exception? exception)
    {
        using var log = new LineLog();
        using var loggers = new DiscreetLoggers(new LoggerFactory([log]));
        loggers.CreateLogger(category).Log(LogLevel.Warning, default, values, exception, static (values, _) => string.Join(' ', values.Select(each => each.Value)));
        return Assert.Single(log.Lines);
    }

    private sealed class Call
    {
        public override string ToString() => $"MergeAsync({Mark})";
    }
}
