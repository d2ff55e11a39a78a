# SPDX-License-Identifier: GPL-3.0-or-later
# What the odd server of the lab makes of the answers of a real one, by the first label of the zone.
package Lab::Odd;

use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(odd without_edns);

# The name as in the question, and below it: by a pointer to where it stands.
my $SAME = "\xc0\x0c";
my %NUMBER = (
    A => 1, NS => 2, CNAME => 5, SOA => 6, AAAA => 28, RRSIG => 46,
    DNSKEY => 48,
);

# A question cut after its question section, with no additional records.
sub without_edns
{
    my ($message) = @_;
    my $at = 12;
    while ($at < length $message && (my $length = ord substr $message, $at, 1)) {
        $at += 1 + $length;
    }
    substr $message, 10, 2, "\0\0";
    return substr $message, 0, $at + 5;
}

# A reply of the same question, with this response code and these records (owner, type, rdata, each
# on the wire), and an OPT.
sub made_reply
{
    my ($message, $rcode, @records) = @_;
    my $question = substr without_edns($message), 12;
    my $answers = join '', map { record(@$_) } @records;
    my $flags = unpack('n', substr $message, 2, 2) & 0xfff0 | $rcode;
    return substr($message, 0, 2) . pack('n5', $flags, 1, scalar @records, 0, 1)
        . $question . $answers . "\0" . pack 'nnNn', 41, 1232, 0x8000, 0;
}

sub record
{
    my ($owner, $type, $rdata) = @_;
    return $owner . pack 'nnNn/a*', $type, 1, 3600, $rdata;
}

sub soa
{
    my ($zone, $serial) = @_;
    return "\3ns1$zone\1h$zone" . pack 'N5', $serial, 7200, 3600, 1_209_600, 3600;
}

# The same with one record in the authority section, and without AA.
sub made_referral
{
    my ($message, @record) = @_;
    my $reply = made_reply($message, 0, \@record);
    substr $reply, 6, 4, pack 'n2', 0, 1;
    vec($reply, 2, 8) &= ~4;
    return $reply;
}

# The answer and the OPT at its end, apart; nothing when there is no OPT, or not at the end.
sub split_opt
{
    my ($answer) = @_;
    return $answer =~ /\A(.*)(\0\0\x29.{6}\0\0)\z/s ? ($1, $2) : ();
}

sub counted
{
    my ($answer, $section, $more) = @_;
    my $at = 4 + 2 * $section;
    substr $answer, $at, 2, pack 'n', $more + unpack 'n', substr $answer, $at, 2;
    return $answer;
}

# The name at an offset on the wire, uncompressed, and the offset behind it.
sub read_name
{
    my ($message, $at) = @_;
    my $name = '';
    while (my $length = ord substr $message, $at, 1) {
        if ($length >= 192) {
            my ($rest) = read_name($message, 0x3fff & unpack 'n', substr $message, $at, 2);
            return ($name . $rest, $at + 2);
        }
        $name .= substr $message, $at, 1 + $length;
        $at += 1 + $length;
    }
    return ("$name\0", $at + 1);
}

# A negative answer that has lost its SOA.  What stays has no compressed names in its rdata.
sub without_soa
{
    my ($answer) = @_;
    my ($rest, $opt) = split_opt($answer) or return;
    my $at = length without_edns($answer);
    my @kept;
    while ($at < length $rest) {
        my ($owner, $end) = read_name($rest, $at);
        my ($type, undef, undef, $size, $covered) = unpack 'nnNnn', substr $rest, $end, 12;
        $at = $end + 10 + $size;
        push @kept, $owner . substr $rest, $end, $at - $end
            if $type != $NUMBER{SOA} && ($type != $NUMBER{RRSIG} || $covered != $NUMBER{SOA});
    }
    return substr($answer, 0, 6) . pack('n3', 0, scalar @kept, 1)
        . substr(without_edns($answer), 12) . join('', @kept) . $opt;
}

sub is_negative
{
    return unpack('n', substr $_[0], 6, 2) == 0;
}

# Where the last CNAME of the answer begins, which stands behind the DNAME it was made from.
sub last_cname
{
    my ($answer) = @_;
    return $answer =~ /\A(.*)\xc0.\0\x05\0\x01/s ? length $1 : undef;
}

# What a server answers about zones whose first label is the key: gets the answer of the real
# server, the labels below the zone as text, and the type; gives nothing to change nothing,
# and an empty text to say nothing.
my %ODD = (
    'nx-by-type' => sub {
        my ($answer, $below, $type) = @_;
        vec($answer, 3, 8) |= 3 if $type == $NUMBER{AAAA};
        return $answer;
    },
    'aaaa-fails' => sub { $_[2] == $NUMBER{AAAA} ? made_reply($_[0], 2) : undef },
    'no-soa'     => sub {
        my ($answer) = @_;
        return unpack('n', substr $answer, 6, 2) ? undef
            : made_reply($answer, unpack('C', substr $answer, 3, 1) & 15);
    },
    'case-lost' => sub { substr($_[0], 0, 12) . lc(substr without_edns($_[0]), 12)
        . substr $_[0], length without_edns($_[0]) },
    'upward'    => sub { made_referral($_[0], "\0", $NUMBER{NS}, "\3ns1\0") },
    'do-lost'   => sub {
        my ($rest, $opt) = split_opt($_[0]) or return;
        return $rest . substr($opt, 0, 7) . "\0" . substr $opt, 8;
    },
    'opt-lost' => sub {
        my ($rest) = split_opt($_[0]) or return;
        return counted($rest, 3, -1);
    },
    'edns-formerr' => sub {
        my ($rest) = split_opt(made_reply($_[0], 1));
        return split_opt($_[0]) ? counted($rest, 3, -1) : undef;
    },
    'key-fails'   => sub { $_[2] == $NUMBER{DNSKEY} ? made_reply($_[0], 2) : undef },
    'key-silent'  => sub { $_[2] == $NUMBER{DNSKEY} ? '' : undef },
    'type-fails'  => sub { $_[2] > 51 ? made_reply($_[0], 2) : undef },
    'type-silent' => sub { $_[2] > 51 ? '' : undef },
    'type-notimp' => sub { $_[2] > 51 ? made_reply($_[0], 4) : undef },
    'soa-two'     => sub {
        my ($answer, $below, $type) = @_;
        return if $type != $NUMBER{SOA} || $below ne '';
        return made_reply($answer, 0, map { [ $SAME, $NUMBER{SOA}, soa($SAME, $_) ] } 1, 2);
    },
    'soa-other' => sub {
        my ($answer, $below, $type) = @_;
        return if !is_negative($answer);
        my $reply = made_reply($answer, unpack('C', substr $answer, 3, 1) & 15,
            [ "\4test\0", $NUMBER{SOA}, soa("\4test\0", 1) ]);
        substr $reply, 6, 4, pack 'n2', 0, 1;
        return $reply;
    },
    'soa-lost' => sub { is_negative($_[0]) ? without_soa($_[0]) : undef },
    'ent-nx' => sub {
        my ($answer, $below) = @_;
        vec($answer, 3, 8) |= 3 if $below =~ /^(?:b\.)?c$/;
        return $answer;
    },
    'aaaa-short' => sub {
        my ($answer, $below, $type) = @_;
        return $type != $NUMBER{AAAA} ? undef
            : made_reply($answer, 0, [ $SAME, $NUMBER{AAAA}, "\xc0\0\2\2" ]);
    },
    'short-reply' => sub { substr $_[0], 0, length($_[0]) - 20 },
    'dname-alone' => sub {
        my ($answer) = @_;
        my $at = last_cname($answer) // return;
        my ($rest, $opt) = split_opt($answer) or return;
        return counted(substr($rest, 0, $at), 1, -1) . $opt;
    },
    'tc-empty' => sub { # TC and no records, over TCP, too
        my $answer = made_reply($_[0], 0);
        vec($answer, 2, 8) |= 2;
        return $answer;
    },
    'cname-apex' => sub {
        my ($answer, $below, $type) = @_;
        return $below ne '' || $type != $NUMBER{A} ? undef
            : made_reply($answer, 0, [ $SAME, $NUMBER{CNAME}, "\3www$SAME" ],
            [ "\3www$SAME", $NUMBER{A}, "\xc0\0\2\2" ]);
    },
    'cname-data' => sub {
        my ($answer, $below, $type) = @_;
        return if $below ne 'alias';
        return made_reply($answer, 0, [ $SAME, $NUMBER{AAAA}, "\x20\1" . "\0" x 13 . "\1" ])
            if $type == $NUMBER{AAAA};
        return made_reply($answer, 0, [ $SAME, $NUMBER{CNAME}, "\1x$SAME" ],
            [ "\1x$SAME", $NUMBER{A}, "\xc0\0\2\2" ]);
    },
    'cname-two' => sub {
        my ($answer, $below, $type) = @_;
        return $below ne 'alias' || $type != $NUMBER{A} ? undef
            : made_reply($answer, 0, (map { [ $SAME, $NUMBER{CNAME}, "\1$_$SAME" ] } qw(x y)),
            [ "\1x$SAME", $NUMBER{A}, "\xc0\0\2\2" ]);
    },
);

# The zone is test.'s child: the label before the last one.
sub odd
{
    my ($answer) = @_;
    my @labels = unpack '(C/a*)*', substr without_edns($answer), 12, -5;
    my $change = @labels < 2 ? undef : $ODD{ lc $labels[-2] };
    return $answer if !$change;
    my $type = unpack 'n', substr without_edns($answer), -4, 2;
    return $change->($answer, lc join('.', @labels[ 0 .. $#labels - 2 ]), $type) // $answer;
}

1;
