namespace CdpPipeline.Api.Hosting;

/// <summary>A logger whose lines go to another one, which may be replaced at any time.</summary>
internal sealed class ForwardingLogger(ILogger target) : ILogger
{
    private volatile ILogger target = target;

    public ILogger Target
    {
        get => target;
        set => target = value;
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => target.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => target.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        target.Log(logLevel, eventId, state, exception, formatter);
}
