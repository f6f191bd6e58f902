using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace CdpPipeline.Api.Privacy;

/// <summary>Takes out of an event's context what is not to be kept of where it came from. Pure.</summary>
internal sealed class ContextPrivacy(PrivacyOptions options)
{
    /// <summary>Keeps everything as it came.</summary>
    public static readonly ContextPrivacy None = new(new PrivacyOptions());

    private const int KeptBytesV4 = 3;
    private const int KeptBytesV6 = 6;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 128 };

    /// <summary>A context is stored as it came, and none where none came.</summary>
    public bool IsNone => options is { Ip: IpHandling.Keep, FillIp: false, UserAgent: UserAgentHandling.Keep };

    /// <summary>The context to store: a JSON object, or nothing where nothing came and nothing is filled in.</summary>
    /// <param name="context">A valid JSON object, or nothing.</param>
    /// <param name="connection">Where the call came from.</param>
    public ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> context, IPAddress? connection)
    {
        if (IsNone) return context;
        var filled = options is { FillIp: true, Ip: not IpHandling.Drop } && connection is not null ? Handled(connection) : null;
        if (context.IsEmpty && filled is null) return context;
        var buffer = new ArrayBufferWriter<byte>(context.Length + 64);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        if (!Copy(context.Span, json) && filled is not null) json.WriteString("ip"u8, filled);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory.ToArray();
    }

    // Whether the context has an address of its own.
    private bool Copy(ReadOnlySpan<byte> context, Utf8JsonWriter json)
    {
        var hasIp = false;
        var reader = new Utf8JsonReader(context, ReaderOptions);
        if (context.IsEmpty || !reader.Read()) return hasIp;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var said = name == "ip" && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            hasIp |= !string.IsNullOrWhiteSpace(said);
            reader.Skip();
            if (name is "userAgent" or "userAgentData" && options.UserAgent == UserAgentHandling.Drop) continue;
            if (name != "ip" || options.Ip == IpHandling.Keep)
            {
                // What is there but says nothing gives way to what is filled in.
                if (name == "ip" && !hasIp && options.FillIp) continue;
                json.WritePropertyName(name);
                json.WriteRawValue(context[start..(int)reader.BytesConsumed], skipInputValidation: true);
            }
            else if (options.Ip == IpHandling.Truncate && IPAddress.TryParse(said?.Trim(), out var address))
            {
                json.WriteString("ip"u8, Handled(address));
            }
        }

        return hasIp;
    }

    private string Handled(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (options.Ip == IpHandling.Keep) return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(address.AddressFamily == AddressFamily.InterNetwork ? KeptBytesV4 : KeptBytesV6).Clear();
        return new IPAddress(bytes).ToString();
    }
}
