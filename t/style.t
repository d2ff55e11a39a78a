#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# How source files look: heads, widths, lengths, functions that are not used, and clang-format.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Source qw(root files c_files read_text read_code functions program);
use Test::More;

my $LINE_MOST = 100;
my $FILE_MOST = 450;
my $FUNCTION_MOST = 50;
my $FORMAT_VERSION = 14; # others lay out some things differently

my $BANNED = join '|', qw(
    strcpy stpcpy strcat strncat sprintf vsprintf strtok gets atoi atol atoll atof
    system popen alloca setlocale tmpnam mktemp
);

# What a comment begins with in this file; nothing where a file has no head.
sub comment_of
{
    my ($path, $text) = @_;
    return '/*' if $path =~ /\.(?:[ch]|def)$/;
    return '.\\"' if $path =~ m{^man/.*\.\d$};
    return '#' if $path =~ /\.(?:t|pm|pl|sh|tsv|am|ac)$/ || $text =~ /^#!/;
    return '';
}

sub is_code
{
    my ($path, $text) = @_;
    return $path =~ /\.(?:[ch]|t|pm|pl|sh)$/ || $text =~ /^#!/;
}

# The licence in the first line, then what the file is for; `#!` comes before both.
sub head_problem
{
    my ($path, $text) = @_;
    my $mark = comment_of($path, $text) or return;
    my @lines = split /\n/, $text;
    shift @lines if $lines[0] =~ /^#!|^'\\" t$/;
    return 'no SPDX line' if $lines[0] !~ /^\Q$mark\E SPDX-License-Identifier: GPL-3\.0-or-later/;
    return if !is_code($path, $text);
    return 'does not say what it is for' if index($lines[1], $mark) != 0;
    return;
}

sub line_problems
{
    my ($path, $text) = @_;
    my $is_code = is_code($path, $text);
    my @problems;
    my $number = 0;
    for my $line (split /\n/, $text) {
        $number++;
        push @problems, "$number: tab" if $line =~ /\t/ && $path !~ /(?:\.am|\.tsv)$/;
        push @problems, "$number: blank at the end" if $line =~ /[ \t\r]$/;
        push @problems, "$number: longer than $LINE_MOST" if $is_code && length $line > $LINE_MOST;
    }
    push @problems, 'no newline at the end' if $text !~ /\n\z/;
    push @problems, 'blank line at the end' if $text =~ /\n\n\z/;
    push @problems, "$number lines" if $is_code && $number > $FILE_MOST;
    return @problems;
}

sub code_problems
{
    my ($path) = @_;
    my $code = read_code($path);
    my @problems = map { "uses $_" } $code =~ /(?<![\w.])($BANNED)\s*\(/g;
    push @problems, 'code that is switched off' if $code =~ /^#\s*if\s+0\b/m;
    push @problems, 'is included without #pragma once'
        if $path =~ /\.h$/ && $code !~ /^#pragma once$/m;
    for my $function (functions($path)) {
        push @problems, "$function->{line}: $function->{name} has $function->{length} lines"
            if $function->{length} > $FUNCTION_MOST;
    }
    return @problems;
}

# The project speaks of itself only: documents that it names are its own, and so are its paths.
sub word_problems
{
    my ($path, $text) = @_;
    my @problems;
    push @problems, 'something is left to do' if $text =~ /\b(?:TO[D]O|FIX[M]E|XX[X])\b/;
    for my $document ($text =~ m{([\w./-]+\.md)\b}g) {
        (my $name = $document) =~ s{.*/}{};
        push @problems, "names $document, which is not here"
            if !grep { -f root() . "/$_$name" } '', 'doc/';
    }
    for my $folder ($text =~ m{(?<![\w./*\$\]\})>@%"+-])/(\w+)/\w}g) {
        push @problems, "names /$folder, which is no folder of every system"
            if $folder !~ /^(?:bin|dev|etc|lib|nonexistent|opt|path|proc|run|sbin|tmp|usr|var)$/;
    }
    return @problems;
}

sub test_files
{
    for my $path (files()) {
        my $text = read_text($path);
        my @problems = map { $_->($path, $text) } \&head_problem, \&line_problems, \&word_problems;
        push @problems, code_problems($path) if $path =~ /\.[ch]$/;
        is(join("\n", @problems), '', $path);
    }
    return;
}

sub test_format
{
    my $root = root();
    my ($version) = program('clang-format') ? `clang-format --version` =~ /version (\d+)/ : ();
    skip 'clang-format is not installed', 1 if !defined $version;
    skip "the layout is that of clang-format $FORMAT_VERSION, installed is $version", 1
        if $version != $FORMAT_VERSION;
    chdir $root or die "cannot enter $root: $!\n";
    my @unlike = grep { system("clang-format --dry-run -Werror $_ 2>/dev/null") != 0 } c_files();
    is("@unlike", '', 'clang-format has nothing to change');
    return;
}

test_files();
SKIP: { test_format() }
done_testing();
