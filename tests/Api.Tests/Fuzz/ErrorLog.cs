using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>Keeps what a host logs as an error, or also less: an exception that nobody expected, also one that no caller was told of.</summary>
internal sealed class ErrorLog(LogLevel least = LogLevel.Error) : ILoggerProvider
{
    public ConcurrentQueue<string> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, least, Entries);

    public void Dispose()
    {
        // The entries outlive the host.
    }

    private sealed class Logger(string category, LogLevel least, ConcurrentQueue<string> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) entries.Enqueue($"{category}: {formatter(state, exception)} {exception}");
        }
    }
}
