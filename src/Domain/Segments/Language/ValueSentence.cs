using System.Text;

namespace CdpPipeline.Domain.Segments;

/// <summary>Says values, names and lengths of time.</summary>
internal static class ValueSentence
{
    /// <summary>A relative date is relative to <paramref name="now"/>, which is <c>now</c> or another instant.</summary>
    public static void Write(StringBuilder text, Operand value, string now)
    {
        switch (value)
        {
            case TextOperand single:
                Quote(text, single.Text);
                break;
            case NumberOperand number:
                text.Append(number.Number.ToString());
                break;
            case TruthOperand truth:
                text.Append(truth.Truth ? "true" : "false");
                break;
            case DateOperand date:
                text.Append(DateText.Of(date.Instant));
                break;
            case RelativeDateOperand date when date.Offset == TimeSpan.Zero:
                text.Append(now);
                break;
            case RelativeDateOperand date when now == "now" && date.Offset < TimeSpan.Zero:
                text.Append(Of(date.Offset.Duration())).Append(" ago");
                break;
            case RelativeDateOperand date:
                text.Append(Of(date.Offset.Duration())).Append(date.Offset < TimeSpan.Zero ? " before " : now == "now" ? " from " : " after ").Append(now);
                break;
            case DurationOperand duration:
                text.Append(Of(duration.Duration));
                if (now != "now") text.Append(" before ").Append(now);
                break;
            case ListOperand { Items.Count: 0 }:
                text.Append("no values");
                break;
            case ListOperand list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    if (i > 0) text.Append(i == list.Items.Count - 1 ? " or " : ", ");
                    Write(text, list.Items[i], now);
                }

                break;
            default:
                throw new ArgumentException($"{value} cannot be said.", nameof(value));
        }
    }

    public static void Quote(StringBuilder text, string value) => text
        .Append('"').Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');

    /// <summary>A path, in quotes unless it consists of words.</summary>
    public static void Path(StringBuilder text, string path)
    {
        if (path.Split('.').All(TextWords.IsWord)) text.Append(path);
        else Quote(text, path);
    }

    /// <summary>In words: <c>7 days</c>.</summary>
    public static string Of(TimeSpan duration) => DurationWords.Of(duration).ToLowerInvariant();
}
