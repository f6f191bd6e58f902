using System.Collections.ObjectModel;
using System.Text;

namespace CdpPipeline.Silo.Logs;

/// <summary>Stands in the log for an exception of Orleans, or for one that has such a cause: what they are and where they came from, and of our own also what they say.</summary>
internal sealed class DiscreetException : Exception
{
    private readonly string text;

    private DiscreetException(string message, string text)
        : base(message) => this.text = text;

    /// <summary>The exception itself where nothing in it is Orleans'.</summary>
    public static Exception Of(Exception exception)
    {
        if (!Holds(exception)) return exception;
        var text = new StringBuilder();
        Write(exception, text);
        return new DiscreetException(Named(exception), text.ToString());
    }

    public override string ToString() => text;

    private static bool Holds(Exception exception) => IsForeign(exception) || InnerOf(exception).Any(Holds);

    // Of a call that took too long Orleans tells in a TimeoutException, with its arguments. A collection repeats what it holds.
    private static bool IsForeign(Exception exception) =>
        exception is TimeoutException or AggregateException || exception.GetType().Namespace?.StartsWith("Orleans", StringComparison.Ordinal) == true;

    private static ReadOnlyCollection<Exception> InnerOf(Exception exception) => exception switch
    {
        AggregateException all => all.InnerExceptions,
        { InnerException: { } inner } => new([inner]),
        _ => ReadOnlyCollection<Exception>.Empty,
    };

    private static string Named(Exception exception) => IsForeign(exception) ? $"{exception.GetType().FullName}" : $"{exception.GetType().FullName}: {exception.Message}";

    private static void Write(Exception exception, StringBuilder text)
    {
        text.Append(Named(exception));
        foreach (var inner in InnerOf(exception))
        {
            text.Append("\n ---> ");
            Write(inner, text);
            text.Append("\n   --- End of inner exception stack trace ---");
        }

        if (exception.StackTrace is { } trace) text.Append('\n').Append(trace);
    }
}
