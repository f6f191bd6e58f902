using Microsoft.Extensions.Logging;

namespace CdpPipeline.Silo.Logs;

/// <summary>Writes the lines of one category, and of a foreign one only what <see cref="ForeignLine"/> leaves.</summary>
internal sealed class DiscreetLogger(ILogger inner, bool isForeign) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => isForeign ? null : inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!inner.IsEnabled(logLevel)) return;
        var told = exception is null ? null : DiscreetException.Of(exception);
        if (isForeign) inner.Log(logLevel, eventId, ForeignLine.Of(state), told, static (line, _) => line.Text);
        else inner.Log(logLevel, eventId, state, told, formatter);
    }
}
