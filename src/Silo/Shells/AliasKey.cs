using System.Security.Cryptography;
using System.Text;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Silo.Shells;

/// <summary>
/// What an identifier's shell is called: 128 bits of SHA-256 of its spelling. Orleans writes the names of grains into its log and into exceptions, so
/// they must not be identifiers; that two identifiers meet under one name is out of the question.
/// </summary>
internal static class AliasKey
{
    private const int Bytes = 16;

    public static Guid Of(Identifier identifier)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(identifier.ToString()), hash);
        return new Guid(hash[..Bytes]);
    }
}
