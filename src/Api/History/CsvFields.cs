using System.Text;

namespace CdpPipeline.Api.History;

/// <summary>Takes a CSV record apart into its fields, by RFC 4180: quoted fields with quotes doubled, and plain ones as they are. Pure.</summary>
internal static class CsvFields
{
    /// <summary>Null when a quoted field does not end, or something follows its end.</summary>
    public static List<string>? Of(string record)
    {
        var fields = new List<string>();
        var i = 0;
        while (true)
        {
            if (i < record.Length && record[i] == '"')
            {
                if (Quoted(record, ref i) is not { } field) return null;
                fields.Add(field);
            }
            else
            {
                var comma = record.IndexOf(',', i);
                var end = comma < 0 ? record.Length : comma;
                fields.Add(record[i..end]);
                i = end;
            }

            if (i == record.Length) return fields;
            if (record[i++] != ',') return null;
        }
    }

    private static string? Quoted(string record, ref int i)
    {
        var text = new StringBuilder();
        for (i++; i < record.Length; i++)
        {
            if (record[i] != '"') text.Append(record[i]);
            else if (i + 1 < record.Length && record[i + 1] == '"') text.Append(record[i++]);
            else break;
        }

        return i++ < record.Length ? text.ToString() : null;
    }
}
