using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Tests.Output;

public sealed class ReadableTitleTests
{
    [Theory]
    [InlineData("Matrix, The", "The Matrix")]
    [InlineData("Good, the Bad and the Ugly, The", "The Good, the Bad and the Ugly")]
    [InlineData("Amelie (Fabuleux destin d'Amélie Poulain, Le)", "Amelie (Le Fabuleux destin d'Amélie Poulain)")]
    [InlineData("Postman, The (Postino, Il)", "The Postman (Il Postino)")]
    [InlineData("Secret of My Succe$s, The (a.k.a. The Secret of My Success)", "The Secret of My Succe$s (a.k.a. The Secret of My Success)")]
    [InlineData("Avventura, L' (Adventure, The)", "L'Avventura (The Adventure)")]
    [InlineData("Lord of the Rings: The Two Towers, The", "The Lord of the Rings: The Two Towers")]
    [InlineData("Monsters, Inc.", "Monsters, Inc.")]
    [InlineData("Heat", "Heat")]
    [InlineData("Me, Myself & A", "Me, Myself & A")]
    [InlineData(", The", ", The")]
    [InlineData("", "")]
    public void Article_stands_in_front(string title, string read) => Assert.Equal(read, ReadableTitle.Of(title));
}
