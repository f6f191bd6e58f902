using System.Buffers.Text;
using System.Security.Cryptography;

namespace CdpPipeline.Api.Auth;

/// <summary>Makes keys up: a prefix that says of what sort, and 192 random bits.</summary>
internal static class NewKey
{
    public static string ForSource() => Make("wk_");

    public static string ForApi() => Make("ak_");

    private static string Make(string prefix) => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
}
