using OnlineCF.Cli.Import;

namespace OnlineCF.Cli.Tests.Import;

public sealed class MovieTitleTests
{
    [Theory]
    [InlineData("Heat (1995)", "Heat", 1995)]
    [InlineData("Heat (1995) ", "Heat", 1995)]
    [InlineData("  Heat  ( 1995 )  ", "Heat", 1995)]
    [InlineData("Heat(1995)", "Heat", 1995)]
    [InlineData("American President, The (1995)", "American President, The", 1995)]
    [InlineData("Fawlty Towers (1975-1979)", "Fawlty Towers", 1975)]
    [InlineData("Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto", 2006)]
    [InlineData("The Big Bang Theory (2007-)", "The Big Bang Theory", 2007)]
    [InlineData("Misérables in Concert, Les (Les Mis) (1995)", "Misérables in Concert, Les (Les Mis)", 1995)]
    [InlineData("Stuart Little (a.k.a. 1999) II", "Stuart Little (a.k.a. 1999) II", 0)]
    [InlineData("2001: A Space Odyssey (1968)", "2001: A Space Odyssey", 1968)]
    [InlineData("1984", "1984", 0)]
    [InlineData("Blade Runner (2049 edition)", "Blade Runner (2049 edition)", 0)]
    [InlineData("Moonlight (0000)", "Moonlight (0000)", 0)]
    [InlineData("(1995)", "(1995)", 0)]
    [InlineData("unknown", "unknown", 0)]
    [InlineData("", "", 0)]
    public void The_year_at_the_end_is_cut_from_the_title(string text, string title, int year)
    {
        Assert.Equal((title, year), MovieTitle.Parse(text));
    }
}
