using System.Globalization;
using System.Text.Json;

namespace CdpPipeline.Domain.Schemas;

/// <summary>Writes places in JSON: <c>properties.items[0].price</c>, and <c>events["Order Completed"]</c> for names that are more than a word.</summary>
public static class SchemaPath
{
    public static string Member(string parent, string name)
    {
        var isWord = name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '$');
        return isWord ? parent.Length == 0 ? name : $"{parent}.{name}" : $"{parent}[\"{JsonEncodedText.Encode(name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"]";
    }

    public static string Item(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");
}
