# SPDX-License-Identifier: GPL-3.0-or-later
# Finds the files of the source tree and reads C without its comments and texts, for the tests that
# look at the source.
package Source;
use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Find qw(find);

our @EXPORT_OK = qw(root files c_files read_text read_code functions program);

# The top folder of the source tree.
sub root
{
    return dirname(dirname(dirname(abs_path(__FILE__))));
}

# Folders that hold source, and the files of the top folder that do; all else is a product.
my @FOLDERS = qw(common plugins t man doc .ci);
my @TOP = qw(Makefile.am configure.ac README.md ChangeLog quickstart .clang-format .gitignore);

sub is_product
{
    my ($path) = @_;
    return 1 if $path =~ m{(?:^|/)\.(?!ci/)};
    return $path =~ /(?:\.(?:o|a|log|trs|gcda|gcno)|~)$/ || -B $path;
}

# All source files as paths below the top folder, sorted.
sub files
{
    my $root = root();
    my @found = grep { -f "$root/$_" } @TOP;
    my $wanted = sub {
        my $path = substr $File::Find::name, length("$root/");
        push @found, $path if -f $File::Find::name && -s _ && !is_product($path);
    };
    chdir $root or die "cannot enter $root: $!\n";
    find({wanted => $wanted, no_chdir => 1}, map { "$root/$_" } grep { -d "$root/$_" } @FOLDERS);
    return sort @found;
}

# C files and headers, of the folders given or of all.
sub c_files
{
    my (@folders) = @_;
    my @all = grep { /\.[ch]$/ } files();
    return @all if !@folders;
    my $pattern = join '|', map { quotemeta } @folders;
    return grep { m{^(?:$pattern)/} } @all;
}

sub read_text
{
    my ($path) = @_;
    open my $in, '<', root() . "/$path" or die "cannot read $path: $!\n";
    local $/ = undef;
    return scalar <$in>;
}

# C as the compiler sees it: comments are blanks and texts are empty; lines stay where they are.
sub read_code
{
    my ($path) = @_;
    my $text = read_text($path);
    my $blank = sub { my ($comment) = @_; $comment =~ s/[^\n]+/ /g; return $comment };
    $text =~ s{
        ("(?:\\.|[^"\\\n])*") | ('(?:\\.|[^'\\\n])+') | (/\*.*?\*/ | //[^\n]*)
    }{
        defined $1 ? '""' : defined $2 ? "' '" : $blank->($3)
    }gsex;
    # The name of an include is no text.
    my @includes = read_text($path) =~ /^(#include[^\n]*)/mg;
    $text =~ s/^#include[^\n]*/shift @includes/mge;
    return $text;
}

# The functions of a C file: name, first line, number of lines.  A body stands between braces in
# the first column, and what is above it up to a blank or a finished line is its head.
sub functions
{
    my ($path) = @_;
    my @lines = split /\n/, read_code($path);
    my @found;
    for my $open (grep { $lines[$_] eq '{' } 0 .. $#lines) {
        my $first = $open;
        $first-- while $first > 0 && $lines[$first - 1] !~ /^\s*$|[;}]\s*$|^#/;
        my $end = $open;
        $end++ while $end < $#lines && $lines[$end] !~ /^}/;
        my $head = join ' ', @lines[$first .. $open];
        my ($name) = $head =~ /START_TEST\s*\(\s*(\w+)/ ? $1 : $head =~ /(\w+)\s*\(/;
        push @found, {name => $name // '?', line => $first + 1, length => $end - $first + 1};
    }
    return @found;
}

# The path of a program, or nothing when there is none.
sub program
{
    my ($name) = @_;
    for my $folder (split /:/, $ENV{PATH}) {
        return "$folder/$name" if -x "$folder/$name" && !-d _;
    }
    return;
}

1;
