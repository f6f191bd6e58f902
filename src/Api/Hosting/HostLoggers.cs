namespace CdpPipeline.Api.Hosting;

/// <summary>
/// The loggers of what is made before the host is, such as its store: they write to the console until they are bound, and from then on are the host's own, with
/// all its providers and filters. Safe for concurrent use.
/// </summary>
internal sealed class HostLoggers : ILoggerFactory
{
    private readonly Lock binding = new();
    private readonly Dictionary<string, ForwardingLogger> made = new(StringComparer.Ordinal);
    private readonly ILoggerFactory early;
    private ILoggerFactory current;

    public HostLoggers(IConfiguration configuration) => current = early = LoggerFactory.Create(
        logging => logging.AddConfiguration(configuration.GetSection("Logging")).AddHostConsole(configuration));

    public ILogger CreateLogger(string categoryName)
    {
        lock (binding)
        {
            if (!made.TryGetValue(categoryName, out var logger)) made.Add(categoryName, logger = new ForwardingLogger(current.CreateLogger(categoryName)));
            return logger;
        }
    }

    /// <summary>Hands every logger over to the host's factory, once what was written before is out.</summary>
    public void Bind(ILoggerFactory factory)
    {
        lock (binding)
        {
            current = factory;
            foreach (var (category, logger) in made) logger.Target = factory.CreateLogger(category);
        }

        early.Dispose();
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Add it to the host's logging, which these loggers become.");

    /// <summary>Writes out what was logged before they were bound; the host's factory is not theirs to end.</summary>
    public void Dispose() => early.Dispose();
}
