#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# The man pages say what the plugins do: the same options with the same defaults, the same findings;
# and nothing is promised that is not made and tested.
#
# PLUGINS is the folder with the plugins; without it .build/main, .build and the current one count.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Source qw(root read_text program c_files);
use Test::More;

my $PAGE_OF_ALL = 'man/dnssec-plugins.7';

# Text of a page without what roff needs: fonts, escapes, requests that only set a font.
sub plain
{
    my ($text) = @_;
    $text =~ s/^\.\\".*\n|^'\\".*\n//mg;
    $text =~ s/^\.(?:[BIR]|BR|RB|BI|IB|RI|IR) (.*)/words_of($1)/meg;
    $text =~ s/\\f.//g;
    $text =~ s/\\&//g;
    $text =~ s/\\-/-/g;
    return $text;
}

# The arguments of a font request, put together.
sub words_of
{
    my ($arguments) = @_;
    return join '', map { s/^"|"$//gr } $arguments =~ /"[^"]*"|\S+/g;
}

# Of a section of a page: what stands beside .TP, and the text below it.
sub options_of_page
{
    my ($path, $heading) = @_;
    my ($section) = plain(read_text($path)) =~ m{^\.SH $heading\n(.*?)(?=^\.SH )}ms;
    my %options;
    while ($section =~ /^\.TP\n(.*)\n((?:(?!\.(?:TP|SS)).*\n)*)/mg) {
        my ($option, $text) = ($1, $2);
        $options{$option} = $text =~ s/\s+/ /gr;
    }
    return %options;
}

# The same from --help: a row begins with blanks and a dash, and goes on far to the right.
sub options_of_help
{
    my ($help) = @_;
    my %options;
    my $row;
    for my $line (split /\n/, $help) {
        if ($line =~ /^ {2,6}(-\S*?,? ?--?\S.*?|-.*?)(?:  +(.*))?$/) {
            $row = $1;
            $options{$row} = $2 // '';
        } elsif (defined $row && $line =~ /^ {20,}(.*)/) {
            $options{$row} .= " $1";
        } else {
            undef $row;
        }
    }
    return %options;
}

# What the help calls the default has to stand in the page.
sub test_defaults
{
    my ($plugin, $help, $page) = @_;
    my @missing;
    for my $option (sort keys %$help) {
        my ($default) = $help->{$option} =~ /\(default:? ([^()]+)\)/ or next;
        $default =~ s/\s+/ /g;
        push @missing, "$option: $default"
            if index($page->{$option} // '', "Default: $default.") < 0;
    }
    is(join("\n", @missing), '', "the page of $plugin gives the defaults that --help gives");
    return;
}

sub test_options
{
    my ($folder, $plugin) = @_;
    my %help = options_of_help(scalar `$folder/$plugin --help`);
    my %page = (options_of_page($PAGE_OF_ALL, 'COMMON OPTIONS'),
        options_of_page("man/$plugin.1", 'OPTIONS'));
    cmp_ok(scalar keys %help, '>', 10, "$plugin --help lists options");
    is_deeply([sort keys %page], [sort keys %help],
        "options of $plugin: the pages and --help agree");
    test_defaults($plugin, \%help, \%page);
    return;
}

# The page's table of findings, in the words of --list-findings.
sub findings_of_page
{
    my ($table) = read_text($PAGE_OF_ALL) =~ /begin\n(.*?)\.\\" The table of findings: end/s;
    my $text = plain($table);
    my @rows;
    while ($text =~ /^\.TP\n(\S+)\n(\w+)(?:, EDE (\d+))? \((.*)\):\n(.*)\.$/mg) {
        push @rows, join ' ', $1, $2, $3 // '-', $4, $5;
    }
    return @rows;
}

sub test_list
{
    my ($folder, $plugin) = @_;
    my @listed = map { s/\s+/ /gr } split /\n/, `$folder/$plugin --list-findings`;
    is_deeply([findings_of_page()], \@listed, "$plugin --list-findings and the page agree");
    return;
}

sub test_table
{
    my ($section) = read_text($PAGE_OF_ALL) =~ /begin\n(.*?)\.\\" The table of findings: end/s;
    my $root = root();
    is_deeply([split /\n/, $section], [split /\n/, `$^X $root/man/findings --print`],
        'the table of findings is that of findings.def (else run man/findings)');
    my $rows = () = read_text('common/result/findings.def') =~ /^FINDING\(/mg;
    is(scalar(() = $section =~ /^\.TP$/mg), $rows, 'the table has every finding');
    return;
}

# False OK: a finding that is advertised and that nothing ever makes.
sub test_findings_are_made
{
    my $table = read_text('common/result/findings.def');
    my @rows;
    push @rows, [$1, $2] while $table =~ /^FINDING\((\w+), "([a-z0-9-]+)"/mg;
    my $code = join '', map { read_text($_) } grep { /\.c$/ } c_files('common', 'plugins');
    my $tests = join '', map { read_text($_) } 't/scenarios.tsv', 't/scenarios_chain.tsv',
        c_files('t/unit');
    my @unmade = grep { $code !~ /\b(?:FINDING|DEFECT)_$_->[0]\b|"$_->[1]"/ } @rows;
    is(join(' ', map { $_->[1] } @unmade), '', 'the code makes every finding of the table');
    my @untested =
        grep { $tests !~ /(?:FINDING_|DEFECT_|\b)$_->[0]\b|(?<![\w-])$_->[1](?![\w-])/ } @rows;
    is(join(' ', map { $_->[1] } @untested), '', 'a test names every finding of the table');
    return;
}

# Every program that is installed has a page.
sub test_pages
{
    my (@pages) = @_;
    my ($programs) =
        read_text('Makefile.am') =~ /^plugins_PROGRAMS = ((?:[^\n]*\\\n)*[^\n]*)/m;
    my %has = map { $_ => 1 } @pages;
    my @missing = grep { !$has{"man/$_.1"} } $programs =~ /(\w+)/g;
    is("@missing", '', 'every plugin has a page');
    return;
}

sub test_groff
{
    my ($page) = @_;
    my $root = root();
    my $said = `groff -t -man -Tutf8 -ww -z $root/$page 2>&1`;
    is($said, '', "$page formats without a warning");
    return;
}

sub folder_of_plugins
{
    my @folders = ($ENV{PLUGINS} // (map { root() . "/$_" } '.build/main', '.build', '.'));
    my ($found) = grep { -x "$_/check_rrsig_expiry" } @folders;
    return $found;
}

my @pages = map { substr $_, length(root()) + 1 } glob(root() . '/man/*.[1-9]');
my @plugins = map { m{^man/(check_\w+)\.1$} ? $1 : () } @pages;
test_pages(@pages);
test_table();
test_findings_are_made();
SKIP: {
    my $folder = folder_of_plugins();
    skip 'no plugin has been built', 1 if !defined $folder;
    for my $plugin (@plugins) {
        test_options($folder, $plugin);
        test_list($folder, $plugin);
    }
}
SKIP: {
    skip 'groff is not installed', scalar @pages if !program('groff') || !program('tbl');
    test_groff($_) for @pages;
}
done_testing();
