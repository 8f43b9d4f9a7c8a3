namespace OnlineCF.Grains.Searching;

/// <summary>
/// Lower-case letters with accents, and the letters that they are without. What Unicode says of them (canonical decomposition),
/// as a table, for without the data of a culture the runtime takes no letter apart.
/// </summary>
internal static class AccentedLetters
{
    private const string Accented =
        "àáâãäåçèéêëìíîïñòóôõöùúûüýÿāăąćĉċčďēĕėęěĝğġģĥĩīĭįĵķĺļľńņňōŏőŕŗřśŝşšţťũūŭůűųŵŷźżž"
        + "ſơưǎǐǒǔǖǘǚǜǟǡǧǩǫǭǰǵǹǻȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉ"
        + "ṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙẛạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứ"
        + "ừửữựỳỵỷỹάέήίΰϊϋόύώ";

    private const string Plain =
        "aaaaaaceeeeiiiinooooouuuuyyaaaccccdeeeeegggghiiiijklllnnnooorrrssssttuuuuuuwyzzz"
        + "souaiouuuuuaagkoojgnaaaeeiioorruusthaeooooyabbbcdddddeeeeefghhhhhiikkkllllmmmnnn"
        + "noooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwysaaaaaaaaaaaaeeeeeeeeiioooooooooooouuu"
        + "uuuuyyyyαεηιυιυουω";

    private const char FirstMark = '\u0300';
    private const char LastMark = '\u036F';

    /// <summary>The letter of each that has an accent.</summary>
    public static IEnumerable<KeyValuePair<char, string>> All =>
        Accented.Zip(Plain, (accented, plain) => KeyValuePair.Create(accented, plain.ToString()));

    /// <summary>Whether a character is an accent that stands after its letter.</summary>
    public static bool IsMark(char character) => character is >= FirstMark and <= LastMark;
}
