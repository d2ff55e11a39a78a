#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# The rooms of the code: each includes its own headers and those of the rooms before it only, and
# what touches the world stands in few places.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Source qw(root c_files read_code program);
use Test::More;

# A room may use its own headers and those of the rooms to the left.
my @ROOMS = qw(base result wire judge ask check frame plugins);
my %ORDER = map { $ROOMS[$_] => $_ } 0 .. $#ROOMS;

# What, by which pattern, in which files only.
my @PLACES = (
    ['ldns is included', qr/^#include <ldns/m, qr{^common/(?:wire/|base/name\.c$)}],
    ['OpenSSL is included', qr/^#include <openssl/m, qr{^common/judge/}],
    ['libidn2 is included', qr/^#include <idn2/m, qr{^common/base/name\.c$}],
    ['the wall clock is read', qr/(?<!\w)(?:time|gettimeofday)\s*\(|CLOCK_REALTIME/,
        qr{^common/frame/plugin\.c$}],
    ['the monotonic clock is read', qr/CLOCK_MONOTONIC|(?<!\w)clock_gettime\s*\(/,
        qr{^common/ask/net\.c$}],
    ['memory comes from the system', qr/(?<!\w)(?:malloc|calloc|realloc|strdup|free)\s*\(/,
        qr{^common/base/arena\.c$}],
    ['sockets are opened', qr/(?<!\w)socket\s*\(/, qr{^common/ask/channel\.c$}],
    ['files are read', qr/(?<!\w)(?:fopen|open|openat)\s*\(/, qr{^common/(?:ask|frame)/}],
    ['something is printed',
        qr/(?<!\w)(?:v?printf|puts|putchar|perror|fputs|f?write)\s*\(|\bstd(?:out|err)\b/,
        qr{^common/(?:frame/(?:output|last_words)|base/arena)\.c$}],
    ['other programs are run',
        qr/(?<!\w)(?:system|popen|v?fork|exec[lv]p?e?|posix_spawnp?|dlopen)\s*\(/, qr{^$}],
    ['the environment is read', qr/(?<!\w)(?:secure_)?getenv\s*\(/, qr{^$}],
);

# "common/base/arena.h" and "base/arena.h" are in room base.
sub room_of
{
    my ($path) = @_;
    my ($room) = $path =~ m{^(?:common/)?(\w+)/};
    return $room // '';
}

sub wrong_includes
{
    my ($path) = @_;
    my $room = room_of($path);
    my @wrong;
    for my $header (read_code($path) =~ /^#include "([^"]+)"/mg) {
        next if $header eq 'config.h';
        my $order = $ORDER{room_of($header)};
        push @wrong, "$path includes $header" if !defined $order || $order > $ORDER{$room};
    }
    return @wrong;
}

sub test_includes
{
    my (@files) = @_;
    my @strangers = grep { !exists $ORDER{room_of($_)} } @files;
    is("@strangers", '', 'every file stands in a room');
    my @wrong = map { wrong_includes($_) } grep { exists $ORDER{room_of($_)} } @files;
    is(join("\n", @wrong), '', 'no room uses one that comes after it');
    return;
}

sub test_places
{
    my (@files) = @_;
    for my $place (@PLACES) {
        my ($what, $pattern, $allowed) = @$place;
        my @wrong = grep { $_ !~ $allowed && read_code($_) =~ $pattern } @files;
        is("@wrong", '', "where $what");
    }
    return;
}

# Whatever is not constant would be shared by the threads of a run.
sub test_globals
{
    my (@files) = @_;
    my @wrong;
    for my $file (@files) {
        for my $line (split /\n/, read_code($file)) {
            push @wrong, "$file: $line"
                if $line =~ /^\s*static (?!(?:inline|const|_Thread_local)\b)[^()]*(?:=|;$|\[)/;
        }
    }
    is(join("\n", @wrong), '', 'there are no variables but those of functions');
    return;
}

sub test_headers
{
    my ($compiler, @headers) = @_;
    my $root = root();
    for my $header (@headers) {
        my $command = "$compiler -std=c11 -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200809L -Wall -Werror"
            . " -fsyntax-only -I$root/common -I$root -include $root/$header -x c /dev/null";
        my $output = `$command 2>&1`;
        ok($? == 0, "$header compiles alone") or diag $output;
    }
    return;
}

my @files = c_files('common', 'plugins');
cmp_ok(scalar @files, '>', 0, 'there is something to look at');
test_includes(@files);
test_places(@files);
test_globals(@files);
SKIP: {
    my $compiler = $ENV{CC} // 'cc';
    skip 'there is no C compiler', 1 if !program((split ' ', $compiler)[0]);
    test_headers($compiler, grep { /\.h$/ } @files);
}
done_testing();
