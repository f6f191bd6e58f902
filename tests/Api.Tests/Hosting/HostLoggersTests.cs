using System.Collections.Concurrent;
using CdpPipeline.Api.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Api.Tests.Hosting;

public sealed class HostLoggersTests
{
    [Fact]
    public void A_logger_made_before_the_host_is_the_hosts_own_once_there_is_one()
    {
        var lines = new Lines();
        using var host = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(lines));
        using var loggers = new HostLoggers(new ConfigurationBuilder().AddInMemoryCollection([new("Logging:LogLevel:Default", "None")]).Build());
        var before = loggers.CreateLogger("before");

        Assert.False(before.IsEnabled(LogLevel.Critical));
        loggers.Bind(host);
        Tell(before, "one");
        Tell(loggers.CreateLogger("after"), "two");

        Assert.Equal(["before: one", "after: two"], lines.All);
    }

    [Fact]
    public async Task What_the_store_logs_reaches_every_provider_of_the_host()
    {
        var lines = new Lines();
        var directory = Directory.CreateTempSubdirectory("cdp-loggers-").FullName;
        await using (var host = await ApiHost.StartInAsync(
            directory,
            builder => builder.Logging.AddProvider(lines).AddFilter<Lines>("CdpPipeline.Storage", LogLevel.Debug),
            ("Cdp:WriteKey", ApiHost.WriteKey)))
        {
            await host.IngestAsync("""{"userId":"u","event":"E"}""");
        }

        Assert.Contains(lines.All, line => line.StartsWith("CdpPipeline.Storage.Sqlite.SqliteStore: Committed ", StringComparison.Ordinal));
        Directory.Delete(directory, recursive: true);
    }

    private static void Tell(ILogger logger, string line) => logger.Log(LogLevel.Debug, default, line, null, (state, _) => state);

    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, All);

        public void Dispose()
        {
            // They outlive the host.
        }

        private sealed class Logger(string category, ConcurrentQueue<string> all) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                all.Enqueue($"{category}: {formatter(state, exception)}");
        }
    }
}
