using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using CdpPipeline.Api.Ingest;

namespace CdpPipeline.Api.History;

/// <summary>
/// Rows of CSV under a header. A column is a field of the call by its own name (<c>userId</c>, <c>properties.total</c>) or by <c>--map</c>; an empty cell is
/// absent. A column that is neither stops the import before it begins: nothing is left out unnoticed.
/// </summary>
internal sealed class CsvFormat : IHistoryFormat
{
    private static readonly string[] Fields = ["type", "event", "name", "userId", "anonymousId", "previousId", "groupId", "messageId", "timestamp"];
    private static readonly string[] Objects = ["properties.", "traits.", "context."];
    // Which of two would count cannot be told, nor a third be put beside them.
    private static readonly JsonDocumentOptions OneOfEachName = new() { AllowDuplicateProperties = false };

    private static readonly string[] Sorts = ["text", "number", "boolean", "json"];

    private readonly (string[] Path, string Sort)?[] columns;
    private readonly (string[] Path, string Text)[] constants;

    private CsvFormat((string[] Path, string Sort)?[] columns, (string[] Path, string Text)[] constants)
    {
        this.columns = columns;
        this.constants = constants;
    }

    /// <exception cref="ImportException">The header, or what the options say of it, is not right.</exception>
    public static CsvFormat Of(FileRecord header, ImportOptions options)
    {
        if (!Utf8.IsValid(header.Bytes.Span) || CsvFields.Of(Encoding.UTF8.GetString(header.Bytes.Span)) is not { } names) throw new ImportException($"{options.Path} has no header that is CSV in UTF-8.");
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new ImportException($"The header names {twice.Key} twice.");
        if (options.Map.FirstOrDefault(each => !names.Contains(each.Column)) is { Column: { } unknown }) throw new ImportException($"--map {unknown}=…: the header has no such column, but {string.Join(", ", names)}.");
        var map = options.Map.GroupBy(each => each.Column, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Field, StringComparer.Ordinal);
        var columns = new (string[] Path, string Sort)?[names.Count];
        List<string> open = [];
        for (var i = 0; i < names.Count; i++)
        {
            var target = map.GetValueOrDefault(names[i], names[i]);
            if (target.Length == 0) continue;
            columns[i] = Target(target);
            if (columns[i] is null) open.Add(names[i]);
        }

        if (open.Count > 0)
            throw new ImportException($"It is not clear what these columns are: {string.Join(", ", open)}. Give --map 'column=properties.name' for each ({string.Join(", ", Fields)}, properties.…, traits.…, context.…), or --map 'column=' to leave it out.");
        (string[], string)[] constants = [.. options.Set.Select(each => (Target(each.Field)?.Path ?? throw new ImportException($"--set {each.Field}: there is no such field."), each.Text))];
        return new CsvFormat(columns, constants);
    }

    public HistoryLine Read(FileRecord record)
    {
        if (!Utf8.IsValid(record.Bytes.Span)) return new HistoryLine(record, null, "is not UTF-8");
        if (CsvFields.Of(Encoding.UTF8.GetString(record.Bytes.Span)) is not { } cells) return new HistoryLine(record, null, "is not CSV: a quoted field does not end as it should");
        if (cells.Count != columns.Length) return new HistoryLine(record, null, $"has {cells.Count} fields, the header {columns.Length}");
        var call = new JsonObject();
        foreach (var (path, text) in constants) Put(call, path, text);
        for (var i = 0; i < cells.Count; i++)
        {
            if (columns[i] is not { } column || cells[i].Length == 0) continue;
            if (!TryRead(cells[i], column.Sort, out var value)) return new HistoryLine(record, null, $"{string.Join('.', column.Path)} is no {column.Sort}");
            Put(call, column.Path, value);
        }

        if (!call.ContainsKey("type")) call["type"] = "track";
        if (!call.ContainsKey("messageId")) call["messageId"] = MessageIds.Of(record);
        return new HistoryLine(record, Encoding.UTF8.GetBytes(call.ToJsonString()), null);
    }

    private static (string[] Path, string Sort)? Target(string text)
    {
        var colon = text.LastIndexOf(':');
        var (field, sort) = colon >= 0 && Sorts.Contains(text[(colon + 1)..]) ? (text[..colon], text[(colon + 1)..]) : (text, "text");
        if (Fields.Contains(field)) return ([field], sort);
        var steps = field.Split('.');
        return Objects.Any(prefix => field.StartsWith(prefix, StringComparison.Ordinal)) && Array.TrueForAll(steps, step => step.Length > 0) ? (steps, sort) : null;
    }

    private static void Put(JsonObject call, string[] path, JsonNode? value)
    {
        foreach (var step in path[..^1])
        {
            if (call[step] is not JsonObject inner) call[step] = inner = [];
            call = inner;
        }

        call[path[^1]] = value;
    }

    private static bool TryRead(string cell, string sort, out JsonNode? value)
    {
        value = cell;
        switch (sort)
        {
            case "text":
                return true;
            case "boolean":
                value = cell is "true" or "True" or "TRUE" or "1";
                return value.GetValue<bool>() || cell is "false" or "False" or "FALSE" or "0";
            case "number" when !decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _):
                return false;
            case "number":
                value = decimal.Parse(cell, NumberStyles.Float, CultureInfo.InvariantCulture);
                return true;
            default:
                try
                {
                    if (!JsonText.IsClean(Encoding.UTF8.GetBytes(cell))) return false;
                    value = JsonNode.Parse(cell, documentOptions: OneOfEachName);
                    return true;
                }
                catch (JsonException)
                {
                    return false;
                }
        }
    }
}
