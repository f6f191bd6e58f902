using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CdpPipeline.Silo.Logs;

/// <summary>
/// Makes loggers that keep to what the log may hold. Orleans writes calls with their arguments and answers into its lines and into its exceptions, and
/// those name people: of its lines only what cannot name anybody is written, and of its exceptions, wherever they are caught, only what they are and where
/// they came from. Other lines go through as they are. Safe for concurrent use.
/// </summary>
internal sealed class DiscreetLoggers(ILoggerFactory inner) : ILoggerFactory
{
    private static readonly string[] Foreign = ["Orleans", "Microsoft.Orleans", "Polly"];

    private readonly ConcurrentDictionary<string, ILogger> loggers = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => loggers.GetOrAdd(categoryName, name => new DiscreetLogger(inner.CreateLogger(name), IsForeign(name)));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private static bool IsForeign(string category) =>
        Array.Exists(Foreign, root => category.StartsWith(root, StringComparison.Ordinal) && (category.Length == root.Length || category[root.Length] == '.'));
}
